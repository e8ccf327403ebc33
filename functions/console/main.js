// Signing in, and which view is shown: the part of the address behind #.

import {Api} from './api.js';
import {showIncidents} from './incidents.js';
import {showNewIncident} from './new_incident.js';
import {askForm, field, make, say} from './page_parts.js';
import {showSending} from './sending.js';
import {showSubscribers} from './subscribers.js';
import {showSuppressions} from './suppressions.js';
import {showTeam} from './team.js';
import {showTold} from './told.js';

const VIEWS = {
  incidents: showIncidents,
  new: showNewIncident,
  team: showTeam,
  subscribers: showSubscribers,
  suppressions: showSuppressions,
  sending: showSending,
  told: showTold,
};
const main = document.getElementById('main');
const nav = document.querySelector('nav');
const signOut = document.getElementById('sign-out');
let leave = new AbortController();

function draw(...parts) {
  main.replaceChildren(...parts);
}

function signIn() {
  leave.abort();
  nav.hidden = signOut.hidden = true;
  const key = make('input', {type: 'password', autocomplete: 'current-password', required: true});
  const page = make('input', {autocomplete: 'organization', value: 'default', required: true});
  const form = askForm([field('API key', 'key', key), field('Page', 'page', page)], 'Sign in',
    async () => {
      const api = new Api(page.value.trim(), key.value.trim());
      try {
        await api.get('sending');
      } catch (error) {
        if (error.status === 401) error.fields = {key: 'key was not accepted'};
        if (error.code === 'wrong_page' || error.status === 404) error.fields = {page: 'page is not your key\'s'};
        throw error;
      }
      api.keep();
      show();
    });
  draw(make('h1', {}, 'Sign in'), make('div', {class: 'card'}, form,
    make('p', {class: 'dim'}, 'This tab keeps the key until you close it or sign out.')));
}

async function show() {
  const api = Api.kept();
  if (!api) return signIn();
  leave.abort();
  leave = new AbortController();
  const here = leave.signal;
  const [name, ...rest] = (location.hash.slice(1) || 'incidents').split('/');
  const view = VIEWS[name] ?? showIncidents;
  nav.hidden = signOut.hidden = false;
  for (const link of nav.children) {
    if (link.hash === `#${name}`) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  say('');
  try {
    const parts = await view(api, here, ...rest.map(decodeURIComponent));
    if (!here.aborted) draw(...parts);
  } catch (error) {
    if (here.aborted) return;
    if (error.status === 401) {
      Api.forget();
      signIn();
    }
    draw(...(error.status === 401 ? main.childNodes : []),
      make('p', {class: 'problem', role: 'alert'}, error.message));
  }
}

signOut.addEventListener('click', () => {
  Api.forget();
  location.hash = '';
  signIn();
});
addEventListener('hashchange', () => {
  show();
  main.focus();
});
show();
