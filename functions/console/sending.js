// Whether the page sends, from where, what was used, and what was done lately.

import {counted, growing, make, moment, press} from './page_parts.js';

export async function showSending(api) {
  const state = make('div', {class: 'card'});
  const drawState = (shown) => state.replaceChildren(...sendingParts(shown, api, drawState));
  drawState(await api.get('sending'));
  const acts = growing(async (cursor) => {
    const found = await api.get('audit', {limit: 20, cursor});
    return [found.audit, found.next_cursor];
  }, (one) => [`${sentence(one.event)} · by ${one.actor} `, make('span', {class: 'dim'}, moment(one.at))],
  'Nothing was done yet.');
  const sms = `/api/v1/orgs/${encodeURIComponent(api.page)}/sms`;
  const [usage, stats] = await Promise.all([api.get(`${sms}/usage`), api.get(`${sms}/stats`)]);
  await acts.ready;
  return [make('h1', {}, 'Sending'), state,
    make('div', {class: 'card'}, make('h2', {}, 'What was used'), ...usedParts(usage, stats.total)),
    make('div', {class: 'card'}, make('h2', {}, 'What was done'), ...acts.parts)];
}

function usedParts(usage, total) {
  const of = ({used, quota}, unit) => `${used}${quota == null ? '' : ` of ${quota}`} ${unit}`;
  const windows = usage.windows.map((one) => make('li', {}, `This ${one.window}: `, [
    of(one.texts, 'texts'), of(one.segments, 'segments'), of(one.usd, 'US dollars')].join(', ')));
  return [
    make('p', {}, `In thirty days: ${counted(total.texts, 'text')}, ${counted(total.segments, 'segment')}, about ${Number(total.usd).toFixed(2)} US dollars.`),
    usage.is_metered ? make('ul', {class: 'rows'}, ...windows)
      : make('p', {class: 'dim'}, 'The page has no quota.'),
  ];
}

function sendingParts(shown, api, drawState) {
  const change = async (paused) =>
    drawState(await api.call('PATCH', 'sending', {body: {paused}}));
  const senders = shown.senders.map((one) => make('li', {},
    `${one.id}, ${one.mps} segments a second, to ${one.prefixes.join(', ') || (shown.senders.length > 1 ? 'all other numbers' : 'all numbers')}`));
  const stopped = shown.circuits.map((one) => make('li', {},
    `${one.scope}: ${one.meaning} `, make('span', {class: 'dim'}, 'since ', moment(one.since))));
  return [
    make('h2', {}, shown.paused ? 'Sending is paused' : 'The page sends'),
    shown.paused ? press('Resume sending', '', () => change(false))
      : press('Pause sending', 'stop', () => change(true)),
    make('h3', {}, 'Senders'), make('ul', {class: 'rows'}, ...senders),
    ...downCarriers(shown).map((one) => make('p', {class: 'banner'}, one)),
    ...(stopped.length ? [make('h3', {}, 'Stopped'), make('ul', {class: 'rows'}, ...stopped)] : []),
  ];
}

/** A sentence for each carrier whose own status page says that it does not text. */
export function downCarriers(sending) {
  return sending.carriers.filter((one) => one.is_down)
    .map((one) => `${one.carrier === 'twilio' ? 'Twilio' : one.carrier} says that it is down: texts that are not critical wait.`);
}

/** `incident.created` as `Incident created`. */
function sentence(event) {
  const words = event.replace(/[._]/g, ' ');
  return words[0].toUpperCase() + words.slice(1);
}
