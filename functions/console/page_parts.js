// What every view is drawn with. Text is only ever set as text.

/** An element with properties (`class`, `onclick`, any attribute) and children. */
export function make(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, '');
    else if (value !== false && value != null) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child != null && child !== false));
  return made;
}

/** A moment of the API's, in the reader's own time zone: the time of today, else the day as well. */
export function moment(iso) {
  const at = new Date(iso);
  const isToday = at.toDateString() === new Date().toDateString();
  const shown = at.toLocaleString([], {...(!isToday && {dateStyle: 'medium'}), timeStyle: 'short'});
  return make('time', {datetime: iso, title: at.toLocaleString()}, shown);
}

/** Where somebody is reached, as the API shows it. */
export function reached(one) {
  return one.phone ?? one.email ?? one.endpoint ?? 'erased';
}

/** `1 text`, `2 texts`. */
export function counted(number, one, many = `${one}s`) {
  return `${number} ${number === 1 ? one : many}`;
}

/** A labelled control of a form; `name` is the API's name for the field. */
export function field(label, name, control) {
  const id = `field-${name.replace(/\W/g, '-')}`;
  control.id = id;
  control.name = name;
  const problem = make('p', {class: 'problem', id: `${id}-problem`, hidden: true});
  return make('div', {}, make('label', {for: id}, label), control, problem);
}

/** Show what the API refused: at the fields it names, and above the form what it says. */
export function showProblem(form, error) {
  clearProblems(form);
  let first = null;
  for (const [name, why] of Object.entries(error.fields ?? {})) {
    const control = form.elements[name.split('.').pop()] ?? form.elements[name];
    if (!control?.id) continue;
    const problem = form.querySelector(`#${control.id}-problem`);
    problem.textContent = `This ${why}.`;
    problem.hidden = false;
    control.setAttribute('aria-invalid', 'true');
    control.setAttribute('aria-describedby', problem.id);
    first ??= control;
  }
  form.prepend(make('p', {class: 'problem', role: 'alert'}, error.message));
  first?.focus();
}

export function clearProblems(form) {
  for (const one of form.querySelectorAll(':scope > .problem')) one.remove();
  for (const one of form.querySelectorAll('.problem')) one.hidden = true;
  for (const one of form.querySelectorAll('[aria-invalid]')) {
    one.removeAttribute('aria-invalid');
    one.removeAttribute('aria-describedby');
  }
}

/** A form whose submission is a call; what the API refuses is shown in it. One call at a time. */
export function askForm(parts, press, submit, ...others) {
  const button = make('button', {type: 'submit'}, press);
  const form = make('form', {novalidate: true}, ...parts, make('div', {class: 'presses'}, button, ...others));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    onePress(button, async () => {
      clearProblems(form);
      try {
        await submit(form);
      } catch (error) {
        showProblem(form, error);
      }
    });
  });
  return form;
}

/** Do what a button asks for once, however often it is pressed meanwhile. */
export async function onePress(button, act) {
  if (button.getAttribute('aria-disabled') === 'true') return;
  button.setAttribute('aria-disabled', 'true');
  try {
    await act();
  } finally {
    button.removeAttribute('aria-disabled');
  }
}

/** A button for one call; what the API refuses is said beside it. */
export function press(label, kind, act) {
  const button = make('button', {type: 'button', class: kind}, label);
  button.addEventListener('click', () => onePress(button, async () => {
    try {
      await act();
    } catch (error) {
      say(error.message);
    }
  }));
  return button;
}

/** Say one sentence at the bottom, where screen readers hear it. */
export function say(sentence) {
  document.getElementById('said').textContent = sentence;
}

/** A list that grows by pages: `read(cursor)` answers `[items, next cursor]`. */
export function growing(read, draw, nothing) {
  const rows = make('ul', {class: 'rows'});
  const empty = make('p', {class: 'dim', hidden: true}, nothing);
  const more = press('Show more', 'plain', () => readOn(more.cursor));
  more.hidden = true;
  async function readOn(cursor) {
    let [found, next] = await read(cursor);
    // Pages may be empty before the end: go on until there is something to see.
    while (!found.length && next) [found, next] = await read(next);
    rows.append(...found.map((one) => make('li', {}, ...[draw(one)].flat())));
    more.cursor = next;
    more.hidden = !next;
    empty.hidden = rows.childElementCount > 0;
  }
  const ready = readOn(null);
  return {parts: [rows, empty, more], ready};
}
