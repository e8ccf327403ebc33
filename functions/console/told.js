// Who was told one incident, how soon and for how much; who was not, and why, page by page of the ledger.

import {counted, growing, make, moment, reached} from './page_parts.js';

export async function showTold(api, here, incident) {
  const path = `incidents/${encodeURIComponent(incident)}`;
  const [one, report] = await Promise.all([api.get(path), api.get(`${path}/report`)]);
  const list = growing(async (cursor) => {
    const found = await api.get(`${path}/deliveries`, {cursor});
    return [found.deliveries, found.next_cursor];
  }, (row) => [
    make('a', {href: `#subscribers/${row.subscriber}`}, reached(row)),
    ` · update ${row.update} · `, row.in_words, ' ', make('span', {class: 'dim'}, moment(row.at)),
  ], 'Nobody was told yet.');
  await list.ready;
  return [make('h1', {}, `Who was told: ${one.name}`),
    make('div', {class: 'card'}, make('h2', {}, 'In all'),
      ...inAll(report.total).map((sentence) => make('p', {}, sentence))),
    make('div', {class: 'card'}, make('h2', {}, 'One by one'), ...list.parts)];
}

function inAll(total) {
  const sentences = [
    `${total.delivered} delivered, ${total.told} told, of ${counted(total.found, 'subscriber')}.`,
  ];
  if (total.t50_seconds != null) {
    sentences.push(`Half of them had it within ${total.t50_seconds} s of publishing, 95 of 100 within ${total.t95_seconds} s.`);
  }
  for (const [state, reasons] of [['Failed', total.failed], ['Not told', total.skipped], ['Held', total.held]]) {
    const said = Object.entries(reasons).map(([why, number]) => `${number} ${why}`);
    if (said.length) sentences.push(`${state}: ${said.join(', ')}.`);
  }
  if (total.waiting) sentences.push(`${total.waiting} waiting.`);
  if (total.unknown) sentences.push(`${total.unknown} in doubt.`);
  if (total.segments) {
    sentences.push(`${counted(total.segments, 'segment')}, about ${total.usd.toFixed(2)} US dollars.`);
  }
  return sentences;
}
