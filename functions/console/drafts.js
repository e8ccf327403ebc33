// What monitoring would open as an incident: published or thrown away with one press.

import {publish} from './confirming.js';
import {counted, make, moment, press, say} from './page_parts.js';

/** The drafts that wait. */
export async function waitingDrafts(api) {
  return (await api.get('drafts', {state: 'waiting'})).drafts;
}

/** What a draft says, with its two buttons; `changed` is called after a press. `called` is what the
 * team was told of it, with its own button. */
export function draftCard(one, api, changed, called = {parts: [], presses: []}) {
  const path = `drafts/${encodeURIComponent(one.id)}`;
  const publishing = press('Publish', 'step', async () => {
    const {opens_as: incident} = await api.get(path);
    const done = await publish(
      (token) => api.call('POST', `${path}/publish`, {body: token ? {confirm_token: token} : {}}),
      () => api.call('POST', 'incidents/preview', {body: {incident}}),
    );
    if (!done) return;
    say(`${one.name} is published.`);
    await changed();
  });
  const discard = press('Throw away', 'stop', async () => {
    await api.call('POST', `${path}/discard`);
    say(`${one.name} is thrown away; its alerts open no other draft for a day.`);
    await changed();
  });
  return make('article', {class: `card ${one.impact}`, 'data-draft': one.id},
    make('p', {class: 'kind'}, 'Draft from monitoring: nobody outside the team knows yet'),
    make('h2', {}, one.name),
    make('p', {class: 'dim'}, `${one.impact} · ${counted(one.alerts.length, 'alert')} firing`
      + `${one.rule ? ` · rule ${one.rule}` : ''} · since `, moment(one.opened_at)),
    one.body && make('p', {class: 'text'}, one.body), ...called.parts,
    make('div', {class: 'presses'}, publishing, ...called.presses, discard));
}
