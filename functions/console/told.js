// Who was told one incident, who was not, and why, page by page of the ledger.

import {growing, make, moment} from './page_parts.js';

export async function showTold(api, here, incident) {
  const one = await api.get(`incidents/${encodeURIComponent(incident)}`);
  const list = growing(async (cursor) => {
    const path = `incidents/${encodeURIComponent(incident)}/deliveries`;
    const found = await api.get(path, {cursor});
    return [found.deliveries, found.next_cursor];
  }, (row) => [
    make('a', {href: `#subscribers/${row.subscriber}`}, row.phone ?? row.subscriber),
    ` · update ${row.update} · `, row.in_words, ' ', make('span', {class: 'dim'}, moment(row.at)),
  ], 'Nobody was told yet.');
  await list.ready;
  return [make('h1', {}, `Who was told: ${one.name}`), make('div', {class: 'card'}, ...list.parts)];
}
