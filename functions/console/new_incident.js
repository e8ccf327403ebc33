// The form for a new incident. What it would text is shown before it is published.

import {askForm, clearProblems, field, make, press, say, showProblem} from './page_parts.js';
import {preview} from './preview.js';

const IMPACTS = ['critical', 'major', 'minor', 'none'];
const STATES = [['', 'Not affected'], ['degraded_performance', 'Degraded performance'],
  ['partial_outage', 'Partial outage'], ['major_outage', 'Major outage']];

export async function showNewIncident(api) {
  const components = await api.get('components');
  const name = make('input', {required: true, autocomplete: 'off'});
  const impact = select(IMPACTS.map((one) => [one, one]));
  const body = make('textarea');
  const parts = components.map((one) => [one.id, select(STATES)]);
  const tell = make('input', {type: 'checkbox', checked: true, name: 'deliver_notifications'});
  const shown = make('div', {class: 'preview', role: 'region', 'aria-label': 'Preview'});
  let once = crypto.randomUUID();

  function incident() {
    const states = Object.fromEntries(parts.map(([id, one]) => [id, one.value]).filter(([, v]) => v));
    return {
      name: name.value.trim(),
      impact_override: impact.value,
      ...(body.value.trim() && {body: body.value.trim()}),
      ...(Object.keys(states).length && {components: states, component_ids: Object.keys(states)}),
      ...(!tell.checked && {deliver_notifications: false}),
    };
  }

  const look = press('Preview', 'plain', async () => {
    clearProblems(form);
    try {
      shown.replaceChildren(...await preview(api, incident()));
    } catch (error) {
      showProblem(form, error);
    }
  });
  const form = askForm([
    field('What is wrong', 'name', name), field('Impact', 'impact_override', impact),
    field('What people read', 'body', body),
    components.length > 0 && make('fieldset', {}, make('legend', {}, 'Components'),
      ...components.map((one, at) => field(one.name, `component-${one.id}`, parts[at][1]))),
    make('label', {class: 'tick'}, tell, 'Text the subscribers'), shown, look,
  ], 'Publish', async () => {
    const given = {body: {incident: incident()}, headers: {'Idempotency-Key': once}};
    const made = await api.call('POST', 'incidents', given);
    once = crypto.randomUUID();
    location.hash = '#incidents';
    say(`${made.name} is published.`);
  });
  form.addEventListener('input', () => {
    once = crypto.randomUUID();
    shown.replaceChildren();
  });
  return [make('h1', {}, 'New incident'), make('div', {class: 'card'}, form)];
}

function select(options) {
  return make('select', {}, ...options.map(([value, said]) => make('option', {value}, said)));
}
