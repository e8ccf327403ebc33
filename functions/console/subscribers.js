// Finding one subscriber, by number or id, and what they agreed to and were sent.

import {askForm, field, growing, make, moment, press, say} from './page_parts.js';

const LIST = '/api/sms/subscribers';

export async function showSubscribers(api, here, chosen) {
  const which = make('input', {autocomplete: 'off', inputmode: 'tel', required: true});
  const found = make('div', {role: 'region', 'aria-label': 'Found'});
  const everybody = make('div', {class: 'card'}, make('h2', {}, 'Everybody'));
  const form = askForm([field('Number in full, or its last four digits', 'phone', which)], 'Find',
    async () => {
      const asked = which.value.replace(/[\s().-]/g, '');
      const list = finding(api, /^\d{4}$/.test(asked) ? {last4: asked} : {phone: which.value.trim()});
      await list.ready;
      found.replaceChildren(...list.parts);
      everybody.hidden = true;
    });
  const search = make('div', {class: 'card'}, form, found);
  if (chosen) return [make('h1', {}, 'Subscribers'), await onePerson(api, chosen), search];
  const all = finding(api, {limit: 50}, 'Nobody has subscribed yet.');
  await all.ready;
  everybody.append(...all.parts);
  return [make('h1', {}, 'Subscribers'), search, everybody];
}

function finding(api, asked, nothing = 'Nobody on this page has that number.') {
  return growing(async (cursor) => {
    const page = await api.get(LIST, {...asked, cursor});
    return [page.subscribers, page.next_cursor];
  }, (one) => [
    make('a', {href: `#subscribers/${one.id}`}, one.phone),
    ` · ${one.status} · since `, moment(one.created_at),
  ], nothing);
}

async function onePerson(api, id) {
  const known = await api.get(`subscribers/${encodeURIComponent(id)}/history`);
  const facts = [known.phone, known.status, known.suppressed && `suppressed: ${known.suppressed}`];
  const title = make('h2', {}, facts.filter(Boolean).join(' · '));
  const rows = known.history.map((one) =>
    make('li', {}, one.what, ' ', make('span', {class: 'dim'}, moment(one.at))));
  const full = press('Show the number (noted)', 'plain', async () => {
    title.textContent = (await api.get(LIST, {id})).phone;
  });
  const again = press('Text this number again', 'plain', async () => {
    await api.call('POST', `${LIST}/${encodeURIComponent(id)}/release`);
    say('This number is texted again.');
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
