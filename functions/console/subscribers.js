// Finding one subscriber, by number, address or id, and what they agreed to and were sent.

import {askForm, field, growing, make, moment, press, reached, say} from './page_parts.js';

const LIST = '/api/sms/subscribers';
const WAYS = [['', 'Every way'], ['sms', 'Text'], ['email', 'E-mail'], ['webhook', 'Webhook'],
  ['slack', 'Slack'], ['teams', 'Teams'], ['discord', 'Discord']];
const NAMES = Object.fromEntries(WAYS);

export async function showSubscribers(api, here, chosen) {
  const which = make('input', {autocomplete: 'off', autocapitalize: 'off', required: true});
  const found = make('div', {role: 'region', 'aria-label': 'Found'});
  const everybody = make('div', {class: 'card'}, make('h2', {}, 'Everybody'));
  const label = 'Number or e-mail address in full, or a number’s last four digits';
  const form = askForm([field(label, 'phone', which)], 'Find', async () => {
    const list = finding(api, asked(which.value.trim()));
    await list.ready;
    found.replaceChildren(...list.parts);
    everybody.hidden = true;
  });
  const search = make('div', {class: 'card'}, form, found);
  if (chosen) return [make('h1', {}, 'Subscribers'), await onePerson(api, chosen), search];
  everybody.append(...await listed(api));
  return [make('h1', {}, 'Subscribers'), search, everybody];
}

function asked(typed) {
  const digits = typed.replace(/[\s().-]/g, '');
  if (typed.includes('@')) return {email: typed};
  return /^\d{4}$/.test(digits) ? {last4: digits} : {phone: typed};
}

/** Everybody, or those who are told by one way. */
async function listed(api) {
  const way = make('select', {}, ...WAYS.map(([value, said]) => make('option', {value}, said)));
  const rows = make('div');
  async function draw() {
    const list = finding(api, {type: way.value, limit: 50}, 'Nobody has subscribed.');
    await list.ready;
    rows.replaceChildren(...list.parts);
  }
  way.addEventListener('change', () => draw().catch((error) => say(error.message)));
  await draw();
  return [field('Told by', 'type', way), rows];
}

function finding(api, query, nothing = 'Nobody on this page has that number or address.') {
  return growing(async (cursor) => {
    const page = await api.get(LIST, {...query, cursor});
    return [page.subscribers, page.next_cursor];
  }, (one) => [
    make('a', {href: `#subscribers/${one.id}`}, reached(one)),
    ` · ${NAMES[one.type] ?? one.type} · ${one.status} · since `, moment(one.created_at),
  ], nothing);
}

async function onePerson(api, id) {
  const known = await api.get(`subscribers/${encodeURIComponent(id)}/history`);
  const facts = [reached(known), known.status, known.suppressed && `suppressed: ${known.suppressed}`];
  const title = make('h2', {}, facts.filter(Boolean).join(' · '));
  const rows = known.history.map((one) =>
    make('li', {}, one.what, ' ', make('span', {class: 'dim'}, moment(one.at))));
  const full = press('Show in full (noted)', 'plain', async () => {
    title.textContent = reached(await api.get(LIST, {id}));
  });
  const again = press('Tell them again', 'plain', async () => {
    await api.call('POST', `${LIST}/${encodeURIComponent(id)}/release`);
    say('They are told again.');
  });
  again.hidden = known.status !== 'quarantined';
  const end = press('End the subscription', 'stop', async () => {
    if (!confirm('End this subscription?')) return;
    await api.call('DELETE', LIST, {query: {id}});
    say('The subscription has ended.');
  });
  end.hidden = known.status === 'unsubscribed';
  return make('article', {class: 'card', 'data-subscriber': id}, title,
    make('div', {class: 'presses'}, full, again, end), make('h3', {}, 'History'),
    rows.length ? make('ul', {class: 'rows'}, ...rows) : make('p', {class: 'dim'}, 'Nothing yet.'));
}
