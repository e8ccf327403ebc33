// Numbers that must not be texted: listed, added, and lifted where an operator had added them.

import {askForm, field, growing, make, moment, reached, say} from './page_parts.js';

export async function showSuppressions(api) {
  const path = `/api/v1/orgs/${encodeURIComponent(api.page)}/sms/suppressions`;
  const list = growing(async (cursor) => {
    const found = await api.get(path, {cursor});
    return [found.suppressions, found.next_cursor];
  }, (one) => [make('a', {href: `#subscribers/${one.subscriber}`}, reached(one)),
    ` · ${one.reason} · since `, moment(one.since)], 'No number is suppressed.');
  await list.ready;
  return [make('h1', {}, 'Suppressions'),
    make('div', {class: 'card'}, make('h2', {}, 'Suppress a number'), adding(api, path)),
    make('div', {class: 'card'}, make('h2', {}, 'Lift a suppression of yours'), lifting(api, path)),
    make('div', {class: 'card'}, make('h2', {}, 'Suppressed'), ...list.parts)];
}

function adding(api, path) {
  const phone = make('input', {type: 'tel', autocomplete: 'off', required: true});
  const reason = make('input', {autocomplete: 'off', required: true});
  return askForm([field('Number in full', 'phone', phone), field('Why', 'reason', reason)],
    'Suppress', async (form) => {
      const body = {phone: phone.value.trim(), reason: reason.value.trim()};
      const made = await api.call('POST', path, {body});
      form.reset();
      say(`${made.phone ?? 'The number'} is not texted any more.`);
    });
}

function lifting(api, path) {
  const phone = make('input', {type: 'tel', autocomplete: 'off', required: true});
  const reason = make('input', {autocomplete: 'off'});
  const parts = [field('Number to lift', 'lifted', phone), field('Why it is lifted', 'why', reason)];
  return askForm(parts, 'Lift', async (form) => {
    const number = encodeURIComponent(phone.value.trim());
    await api.call('DELETE', `${path}/${number}`, {query: {reason: reason.value.trim()}});
    form.reset();
    say('The number may subscribe again.');
  });
}
