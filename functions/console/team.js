// The page's own team: who is on call, whom what reaches in words, and every escalation.

import {escalationCard} from './escalations.js';
import {growing, make} from './page_parts.js';

const CHANNELS = {slack: 'Slack', email: 'e-mail', sms: 'on-call phone'};

export async function showTeam(api) {
  const team = await api.get('team');
  const names = Object.fromEntries(team.contacts.map((one) => [one.id, one.name]));
  const list = growing(async (cursor) => {
    const found = await api.get('team/escalations', {cursor});
    return [found.escalations, found.next_cursor];
  }, (one) => {
    const here = make('div', {});
    const draw = (each) => here.replaceChildren(escalationCard(each, names, api, async () => {
      const {escalations} = await api.get('team/escalations', {limit: 50});
      draw(escalations.find(({id}) => id === each.id) ?? {...each, state: 'acknowledged', next_at: null});
    }));
    draw(one);
    return here;
  }, 'Nothing has called the team yet.');
  await list.ready;
  list.parts[0].classList.add('cards');
  return [make('h1', {}, 'Team'), peopleCard(team, names),
    make('div', {class: 'card'}, make('h2', {}, 'Who is told of what'),
      lines(team.policy_in_words), make('p', {class: 'dim'}, team.why_sms_is_restricted),
      make('h3', {}, 'Until somebody answers'), lines(team.ladders_in_words),
      make('p', {class: 'dim'}, team.stale_minutes
        ? `An open incident without news for ${team.stale_minutes} minutes calls the team.`
        : 'Incidents without news do not call the team.')),
    make('h2', {class: 'over'}, 'Escalations'), ...list.parts];
}

function lines(sentences) {
  return make('ul', {class: 'rows'}, ...sentences.map((one) => make('li', {}, one)));
}

function peopleCard(team, names) {
  const [first, ...others] = team.on_call.map((id) => names[id] ?? id);
  const onCall = first ? `On call now: ${first}.${others.length ? ` Next: ${others.join(', ')}.` : ''}`
    : 'Nobody is on call: there is no verified phone.';
  const rows = team.contacts.map((one) => make('li', {},
    `${one.name} · ${CHANNELS[one.channel] ?? one.channel} · ${one.address} `,
    make('span', {class: 'dim'}, one.state)));
  return make('div', {class: 'card'}, make('h2', {}, 'Contacts'), make('p', {}, onCall),
    rows.length ? make('ul', {class: 'rows'}, ...rows) : make('p', {class: 'dim'},
      'There are none yet. Add an on-call phone with: ', make('code', {}, 'statustext contacts add NAME --phone +1…')));
}
