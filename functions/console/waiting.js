// What waits for somebody to decide, above the incidents: drafts, and what the team is called for.

import {draftCard, waitingDrafts} from './drafts.js';
import {calledParts, contactNames, escalationCard, unanswered} from './escalations.js';
import {make} from './page_parts.js';

const EVERY = 10_000; // milliseconds

export function showWaiting(api) {
  const element = make('div');
  let drawn = '';
  let asked = -Infinity;

  async function refresh() {
    if (performance.now() - asked < EVERY) return;
    asked = performance.now();
    const [escalations, drafts] = await Promise.all([unanswered(api), waitingDrafts(api)]);
    const names = escalations.length ? await contactNames(api) : {};
    const ofDraft = (one) => escalations.find(({cause}) => cause.kind === 'draft' && cause.id === one.id);
    const cards = [
      ...drafts.map((one) => {
        const raised = ofDraft(one);
        return draftCard(one, api, again, raised && calledParts(raised, names, api, again));
      }),
      ...escalations.filter((one) => !drafts.some((draft) => ofDraft(draft) === one))
        .map((one) => escalationCard(one, names, api, again)),
    ];
    const found = cards.map((one) => one.textContent).join();
    if (found === drawn) return; // a button that somebody is about to press stays where it is
    drawn = found;
    element.replaceChildren(...cards);
  }

  function again() {
    asked = -Infinity;
    return refresh();
  }
  return {element, refresh};
}
