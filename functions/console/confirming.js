// Publishing what the page wants confirmed: its people are counted, and whoever presses is asked.

import {counted} from './page_parts.js';

const ASKS = ['confirmation_required', 'audience_grew', 'confirm_token_ended'];

/** Make a call that publishes. `send(token)` makes it; `preview()` counts whom it would reach. Null
 * where whoever pressed thought better of it. */
export async function publish(send, preview, token) {
  try {
    return await send(token);
  } catch (error) {
    if (!ASKS.includes(error.code)) throw error;
  }
  const found = await preview();
  if (!confirm(`${sentenceOf(found)} Publish it?`)) return null;
  return send(found.confirm_token);
}

/** Whom a preview reaches, by which ways, at what price. */
export function sentenceOf(found) {
  if (found.tells_nobody_because) return `Nobody is told: ${found.tells_nobody_because}`;
  const {total, by_mode: byMode} = found.recipients;
  if (!total) return 'Nobody is subscribed to this.';
  const ways = Object.entries(byMode).map(([mode, number]) => `${number} by ${WAYS[mode] ?? mode}`);
  const price = found.segments
    ? ` ${counted(found.segments, 'segment')}, about ${found.cost.usd.toFixed(2)} US dollars.` : '';
  return `This tells ${counted(total, 'person', 'people')}: ${ways.join(', ')}.${price}`;
}

const WAYS = {sms: 'text', email: 'e-mail', webhook: 'webhook', slack: 'Slack', teams: 'Teams',
  discord: 'Discord'};
