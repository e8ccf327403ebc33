// Whom an incident would tell, in which words, when and at what price, before anybody is told.

import {sentenceOf} from './confirming.js';
import {counted, make, moment} from './page_parts.js';

const MOST = 3; // wordings; other languages and time zones have their own

/** The API's preview of a new incident, drawn, and its token, which publishing takes. */
export async function preview(api, incident) {
  const found = await api.call('POST', 'incidents/preview', {body: {incident}});
  const others = Object.entries(found.not_told).map(([why, number]) => `${number} ${why}`);
  const parts = [make('h3', {}, 'What this does'), make('p', {}, sentenceOf(found))];
  if (others.length) parts.push(make('p', {class: 'dim'}, `Not told: ${others.join(', ')}.`));
  if (found.last_text_at) {
    parts.push(make('p', {class: 'dim'}, 'The last text goes out at about ',
      moment(found.last_text_at), '.'));
  }
  if (found.quota) parts.push(make('p', {class: 'problem'}, quotaSentence(found.quota)));
  if (found.paused) parts.push(make('p', {class: 'problem'}, 'Sending is paused: nobody is told until it goes on.'));
  for (const one of found.texts.slice(0, MOST)) {
    parts.push(make('p', {class: 'text'}, one.text), make('p', {class: 'dim'},
      `${counted(one.segments, 'segment')}, ${one.language}, to ${counted(one.recipients, 'person', 'people')}`));
  }
  const more = found.texts.length - MOST;
  if (more > 0) parts.push(make('p', {class: 'dim'}, `and ${more} other wordings.`));
  return {parts, token: found.confirm_token};
}

function quotaSentence({name, texts_at_once: now, texts_later: later, texts_never: never}) {
  const parts = [`${now} now`, later && `${later} later`, never && `${never} never`].filter(Boolean);
  return `The page's quota ${name} has no room for all texts: ${parts.join(', ')}.`;
}
