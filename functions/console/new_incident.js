// The form for a new incident. What it would text is shown before it is published.

import {publish} from './confirming.js';
import {askForm, clearProblems, field, make, press, say, showProblem} from './page_parts.js';
import {preview} from './preview.js';

const IMPACTS = [['critical', 'Critical'], ['major', 'Major'], ['minor', 'Minor'], ['none', 'None']];
const STATES = [['', 'Not affected'], ['degraded_performance', 'Degraded performance'],
  ['partial_outage', 'Partial outage'], ['major_outage', 'Major outage']];

export async function showNewIncident(api) {
  const components = await api.get('components');
  const name = make('input', {required: true, autocomplete: 'off'});
  const impact = select(IMPACTS);
  const body = make('textarea');
  const parts = components.map((one) => [one.id, select(STATES)]);
  const tell = make('input', {type: 'checkbox', checked: true, name: 'deliver_notifications'});
  const shown = make('div', {class: 'preview', role: 'region', 'aria-label': 'Preview'});
  let once = crypto.randomUUID();
  let token = null;

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
      const found = await preview(api, incident());
      token = found.token;
      shown.replaceChildren(...found.parts);
    } catch (error) {
      showProblem(form, error);
    }
  });
  const form = askForm([
    field('What is wrong', 'name', name), field('Impact', 'impact_override', impact),
    field('What people read', 'body', body),
    components.length > 0 && make('fieldset', {}, make('legend', {}, 'Components'),
      ...components.map((one, at) => field(one.name, `component-${one.id}`, parts[at][1]))),
    make('label', {class: 'tick'}, tell, 'Tell the subscribers'), shown,
  ], 'Publish', async () => {
    const given = incident();
    const made = await publish((confirmed) => api.call('POST', 'incidents', {
      body: {incident: {...given, ...(confirmed && {confirm_token: confirmed})}},
      headers: {'Idempotency-Key': once},
    }), () => api.call('POST', 'incidents/preview', {body: {incident: given}}), token);
    if (!made) return;
    once = crypto.randomUUID();
    location.hash = '#incidents';
    say(`${made.name} is published.`);
  }, look);
  form.addEventListener('input', () => {
    once = crypto.randomUUID();
    token = null;
    shown.replaceChildren();
  });
  return [make('h1', {}, 'New incident'), make('div', {class: 'card'}, form)];
}

function select(options) {
  return make('select', {}, ...options.map(([value, said]) => make('option', {value}, said)));
}
