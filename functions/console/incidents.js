// What is open: where each incident stands, how far its texts have got, one press for the next step.

import {publish} from './confirming.js';
import {make, moment, press, say} from './page_parts.js';
import {downCarriers} from './sending.js';
import {showWaiting} from './waiting.js';

const EVERY = 2500; // milliseconds
const STEPS = {
  incident: [['identified', 'Identified'], ['monitoring', 'Monitoring'], ['resolved', 'Resolved']],
  maintenance: [['in_progress', 'Start'], ['verifying', 'Verifying'], ['completed', 'Completed']],
};
const UNDERWAY = ['waiting', 'telling'];

export async function showIncidents(api, here) {
  const notice = make('div');
  const waiting = showWaiting(api);
  const list = make('div');
  const empty = make('p', {hidden: true}, 'Nothing is open.');
  const cards = new Map();

  async function refresh() {
    const [sending, , ...lists] = await Promise.all([
      api.get('sending'), waiting.refresh(), api.get('incidents/unresolved'),
      api.get('incidents/active_maintenance'), api.get('incidents/upcoming'),
    ]);
    drawNotice(notice, sending, api, refresh);
    const open = lists.flat();
    for (const [id, card] of cards) {
      if (!open.some((one) => one.id === id) && !card.isBeingTold) {
        card.element.remove();
        cards.delete(id);
      }
    }
    const ended = [...cards.keys()].filter((id) => !open.some((one) => one.id === id));
    open.push(...await Promise.all(ended.map((id) => api.get(`incidents/${id}`))));
    for (const one of open) {
      if (!cards.has(one.id)) {
        const card = incidentCard(one, api, refresh);
        cards.set(one.id, card);
        list.append(card.element);
      }
      cards.get(one.id).show(one);
    }
    empty.hidden = cards.size > 0;
  }

  await refresh();
  repeat(refresh, here);
  return [make('h1', {}, 'Incidents'), notice, waiting.element, list, empty,
    make('p', {}, make('a', {href: '#new'}, 'Open a new incident'))];
}

/** Again every few seconds, while somebody looks, until they leave this view. */
function repeat(refresh, here) {
  const timer = setInterval(() => {
    if (document.hidden) return;
    refresh().catch((error) => here.aborted || say(error.message));
  }, EVERY);
  here.addEventListener('abort', () => clearInterval(timer));
}

function drawNotice(notice, sending, api, refresh) {
  const sentences = sending.circuits.map((one) => `Stopped (${one.scope}): ${one.meaning}`);
  sentences.unshift(...downCarriers(sending));
  if (sending.paused) sentences.unshift('Sending is paused. What waits is kept.');
  const said = sentences.join(' ');
  if (notice.dataset.said === said) return;
  notice.dataset.said = said;
  notice.replaceChildren(...(said ? [make('div', {class: 'banner'}, make('p', {}, said),
    sending.paused && press('Resume sending', 'plain', async () => {
      await api.call('PATCH', 'sending', {body: {paused: false}});
      await refresh();
    }))] : []));
}

function incidentCard(first, api, refresh) {
  const name = make('h2', {}, first.name);
  const facts = make('p', {class: 'dim'});
  const body = make('p', {class: 'text'});
  const progress = progressOf();
  const steps = STEPS[first.impact === 'maintenance' ? 'maintenance' : 'incident'];
  const presses = steps.map(([status, label]) => {
    const button = press(label, 'step', async () => {
      const headers = {'Idempotency-Key': crypto.randomUUID()};
      const path = `incidents/${first.id}`;
      const done = await publish((token) => api.call('PATCH', path, {
        body: {incident: {status, ...(token && {confirm_token: token})}}, headers,
      }), () => api.call('POST', `${path}/preview`, {body: {incident: {status}}}));
      if (!done) return;
      card.show(done);
      say(`${first.name} is ${words(status)}.`);
    });
    button.dataset.status = status;
    return button;
  });
  const stop = press('Stop telling this', 'stop', async () => {
    const before = card.newest;
    const path = `incidents/${first.id}/updates/${before.number}/recall`;
    const after = await api.call('POST', path);
    card.show(after);
    const {sent} = before.update.progress;
    say(`Recalled. ${sent} of ${before.update.progress.found} may have it already.`);
    await refresh();
  });
  const element = make('article', {class: `card ${first.impact}`, 'data-incident': first.id},
    name, facts, body, progress.element,
    make('div', {class: 'presses'}, ...presses, stop),
    make('p', {}, make('a', {href: `#told/${first.id}`}, 'Who was told')));

  const card = {
    element,
    newest: null,
    isBeingTold: false,
    show(one) {
      const [update] = one.incident_updates;
      card.newest = {update, number: one.incident_updates.length};
      card.isBeingTold = UNDERWAY.includes(update.progress.state);
      name.textContent = one.name;
      const parts = one.components.map((part) => part.name).join(', ');
      facts.replaceChildren(`${words(one.status)} · ${one.impact}${parts && ` · ${parts}`} · since `,
        moment(one.started_at ?? one.created_at));
      body.textContent = update.body;
      body.hidden = !update.body;
      for (const button of presses) button.hidden = button.dataset.status === one.status;
      stop.hidden = !card.isBeingTold;
      progress.show(update.progress);
    },
  };
  return card;
}

function words(status) {
  return status.replace('_', ' ');
}

const STATES = {
  not_told: 'Nobody is told this.',
  recalled: 'Recalled: nobody else is told this.',
  superseded: 'A newer update is told instead.',
  waiting: 'Waiting a moment for what follows.',
  told: 'Everybody was told.',
};

function progressOf() {
  const bar = make('progress', {'aria-label': 'Texts sent'});
  const sentence = make('p', {class: 'dim', 'data-progress': ''});
  return {
    element: make('div', {}, bar, sentence),
    show(one) {
      const suppressed = Object.values(one.suppressed).reduce((sum, each) => sum + each, 0);
      bar.hidden = one.state !== 'telling';
      bar.max = one.queued || 1;
      bar.value = one.queued - one.waiting;
      const counts = [[one.sent, 'sent'], [one.delivered, 'delivered'], [one.failed, 'failed'],
        [suppressed, 'suppressed'], [one.held, 'held'], [one.unknown, 'in doubt'],
        [one.waiting, 'waiting']].filter(([number]) => number).map((pair) => pair.join(' '));
      const told = STATES[one.state] ?? 'Telling subscribers.';
      const last = one.last_text_at
        ? ` The last text goes out at about ${moment(one.last_text_at).textContent}.` : '';
      sentence.textContent = `${told} ${counts.join(', ')}${counts.length ? '.' : ''}${last}`;
    },
  };
}
