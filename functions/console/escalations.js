// What the team is to react to: who was told when, what comes next, and one press to answer.

import {make, moment, press, say} from './page_parts.js';

const OPEN = ['raised', 'exhausted'];
const CHANNELS = {log: 'The log', slack: 'Slack', email: 'E-mail', sms: 'Text'};
const STATES = {
  raised: 'Nobody answered yet.',
  exhausted: 'Everybody was told, and nobody answered.',
  acknowledged: 'Somebody is on it.',
  resolved: 'It is over.',
};
const KINDS = {alert: 'from monitoring', draft: 'about a draft', incident: 'about an incident',
  stale: 'about an incident without news'};
const MESSAGES = {claimed: 'being sent', ordered: 'sent', sent: 'sent', unknown: 'in doubt',
  failed: 'failed', refused: 'refused'};

/** Those of the newest escalations that nobody answered. */
export async function unanswered(api) {
  const {escalations} = await api.get('team/escalations', {limit: 20});
  return escalations.filter((one) => OPEN.includes(one.state));
}

/** The names of the team's contacts, by id. */
export async function contactNames(api) {
  const {contacts} = await api.get('team');
  return Object.fromEntries(contacts.map((one) => [one.id, one.name]));
}

/** Where an escalation stands, and the button that answers it. */
export function calledParts(one, names, api, changed) {
  const acknowledge = press('Acknowledge', 'plain', async () => {
    await api.call('POST', `team/escalations/${encodeURIComponent(one.id)}/acknowledge`);
    say(`${one.title} is acknowledged; nobody else is called.`);
    await changed();
  });
  acknowledge.hidden = !OPEN.includes(one.state);
  const told = one.messages.map((each) => make('li', {},
    `${CHANNELS[each.channel] ?? each.channel} to ${names[each.contact] ?? 'the team'}: `
    + `${MESSAGES[each.status] ?? each.status}${each.reason ? ` (${each.reason})` : ''} `,
    make('span', {class: 'dim'}, moment(each.at))));
  const parts = [
    make('p', {}, STATES[one.state], one.acknowledged_by && ` Acknowledged by ${one.acknowledged_by}.`,
      ...nextOf(one)),
    told.length ? make('ul', {class: 'rows'}, ...told)
      : make('p', {class: 'dim'}, 'Nobody of the team was told yet.'),
  ];
  return {parts, presses: [acknowledge]};
}

export function escalationCard(one, names, api, changed) {
  const {parts, presses} = calledParts(one, names, api, changed);
  return make('article', {class: `card level-${one.level}`, 'data-escalation': one.id},
    make('p', {class: 'kind'}, `For the team, ${KINDS[one.cause.kind]}`), make('h2', {}, one.title),
    make('p', {class: 'dim'}, `${one.level} · since `, moment(one.raised_at)),
    ...parts, make('div', {class: 'presses'}, ...presses));
}

function nextOf(one) {
  if (!one.next_at) return [];
  if (new Date(one.next_at) <= new Date()) return [` Next, within a minute: ${one.next_in_words}.`];
  return [` Next: ${one.next_in_words}, at `, moment(one.next_at), '.'];
}
