/*
 * Statustext: "tell me when something breaks", for any status page.
 *
 *   <div data-statustext data-api="https://…/prod" data-page="default"></div>
 *   <script src="https://…/prod/widget.js" async></script>
 *
 * data-api   where the API is; without it, where this script came from
 * data-page  the page's id (default: "default")
 * data-lang  language of the form (default: the page's); data-theme  "light" or "dark" instead of the system's
 * Colours    --statustext-accent, -accent-text, -background, -text, -muted, -border,
 *            -field-border, -error, -radius, -font, set anywhere above the element
 *
 * A page address ending in #statustext=<manage token> opens that subscription in the first widget.
 * A widget added later: statustext.mount(element).
 */
(function () {
  'use strict';

  /** Finds the number of an ALTCHA challenge: the one whose SHA-256, behind the salt, is given. */
  async function solve({ challenge, salt, maxnumber }) {
    const text = new TextEncoder();
    for (let number = 0; number <= maxnumber; number += 1) {
      const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', text.encode(salt + number)));
      if (Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('') === challenge) return number;
    }
    throw new Error('A challenge without a solution.');
  }

  if (typeof document === 'undefined') { // this file as a worker
    self.onmessage = async (event) => self.postMessage(await solve(event.data));
    return;
  }

  const script = document.currentScript || document.querySelector('script[src*="/widget.js"]');
  const home = script ? new URL('.', script.src).href.replace(/\/$/, '') : location.origin;

  const TEXT = {
    loading: 'Loading the form…',
    title: 'Get a text when something breaks',
    titleAny: 'Know when something breaks',
    by: 'Tell me by',
    text: 'Text message',
    mail: 'E-mail',
    email: 'E-mail address',
    kind: 'Where to',
    endpoint: 'Address of its webhook',
    endpointHint: 'The https address of a channel’s incoming webhook, or of a program of yours.',
    phone: 'Mobile number',
    phoneHint: 'With country code, as in +1 555 123 4567, or as you dial it at home.',
    country: 'Country',
    which: 'Text me about',
    all: 'All incidents',
    critical: 'Critical only',
    some: 'Choose services…',
    custom: 'As set now',
    services: 'Services',
    alsoAll: 'You also hear of incidents that name no service.',
    onlyChosen: 'You do not hear of incidents that name no service.',
    also: 'Also text me',
    whichFree: 'Tell me about',
    alsoFree: 'Also tell me about',
    updates: 'Every update while an incident is open',
    maintenance: 'Scheduled maintenance',
    subscribe: 'Text me a code',
    subscribeMail: 'Mail me a link',
    subscribeCall: 'Post a code there',
    follows: 'We text you a code to enter here. Until then you get nothing else.',
    followsMail: 'We mail you a link to confirm. Until then you get nothing else.',
    followsCall: 'We post a code there, for you to enter here. Until then we post nothing else.',
    mailTitle: 'Open the mail that we send you',
    mailSent: 'We mail a link to {address}. Open it and press its button; it is good for 24 hours. Nothing there? Look among the spam.',
    yourMailbox: 'your mailbox',
    codePosted: 'Type the 6-digit code that we post there. It is good for 10 minutes. A program finds it in the field “code”.',
    codeTitle: 'Enter your code',
    sentTo: 'Type the 6-digit code we text to {phone}. It is good for 10 minutes.',
    yourPhone: 'your phone',
    code: '6-digit code',
    verify: 'Verify',
    again: 'Send again',
    againIn: 'You can ask for another in {time}.',
    goesIn: 'The new code goes out in {time}.',
    linkGoesIn: 'The new link goes out in {time}.',
    linkNow: 'You can ask for another link now.',
    againNow: 'You can ask for another code now.',
    start: 'No text? If you once replied STOP, text START to {sender} first.',
    ourNumber: 'our number',
    other: 'Use another number',
    otherAddress: 'Use another address',
    subscribedTitle: 'You’re subscribed',
    subscribedTo: '{page} will text {phone} as you choose below. Reply STOP to any text to end it.',
    subscribedFree: '{page} will tell {address} as you choose below.',
    another: 'Follow by another way, too',
    save: 'Save changes',
    unsubscribe: 'Unsubscribe',
    sure: 'End all texts from {page} to this number?',
    yes: 'Yes, unsubscribe',
    no: 'Keep my texts',
    sureFree: 'End all messages from {page} to this address?',
    keepIt: 'Keep my subscription',
    goneFree: '{page} will send nothing more to this address.',
    goneTitle: 'You’re unsubscribed',
    gone: 'We will not text you again unless you ask for it.',
    restart: 'Subscribe again',
    working: 'One moment…',
    resent: 'Another code is on its way.',
    resentLink: 'Another link is on its way.',
    saved: 'Saved.',
    needPhone: 'Enter your mobile number.',
    needServices: 'Choose at least one service.',
    needEmail: 'Enter an e-mail address, as in you@example.com.',
    needEndpoint: 'Enter an address that begins with https://.',
    needConsent: 'Tick the box to agree to be texted.',
    needAgreement: 'Tick the box to agree.',
    needCode: 'Enter the 6 digits from the text.',
    badLink: 'This link is not complete. Open it again from the text.',
    offline: 'We could not reach the server. Check your connection, then try again.',
    failed: 'Something went wrong on our side. Try again in a minute.',
    retry: 'Try again',
  };

  /** Digits of other scripts as 0 to 9: in Unicode each script has its ten in a row. */
  function ascii(text) {
    const isDigit = (point) => /^\p{Nd}$/u.test(String.fromCodePoint(point));
    return text.normalize('NFKC').replace(/\p{Nd}/gu, (char) => {
      let before = 0;
      while (isDigit(char.codePointAt(0) - before - 1)) before += 1;
      return before % 10;
    });
  }

  /** The visitor's time zone, so that nobody is woken whose number does not tell where they are. */
  function zone() {
    try {
      return Intl.DateTimeFormat().resolvedOptions().timeZone;
    } catch {
      return undefined;
    }
  }

  const CALLED = { slack: 'Slack', teams: 'Teams', discord: 'Discord', webhook: 'Webhook' };
  /** The ways to be told: the field for the address, and what the form says of it. */
  const WAYS = {
    sms: {
      field: 'phone', need: 'needPhone', agree: 'needConsent', which: 'which', also: 'also', button: 'subscribe',
      follows: 'follows', other: 'other', sure: 'sure', stay: 'no', gone: 'gone', resent: 'resent',
      goesIn: 'goesIn', now: 'againNow',
    },
    email: {
      field: 'email', need: 'needEmail', agree: 'needAgreement', which: 'whichFree', also: 'alsoFree', button: 'subscribeMail',
      follows: 'followsMail', other: 'otherAddress', sure: 'sureFree', stay: 'keepIt', gone: 'goneFree',
      resent: 'resentLink', goesIn: 'linkGoesIn', now: 'linkNow',
    },
    call: {
      field: 'endpoint', need: 'needEndpoint', agree: 'needAgreement', which: 'whichFree', also: 'alsoFree',
      button: 'subscribeCall', follows: 'followsCall', other: 'otherAddress', sure: 'sureFree',
      stay: 'keepIt', gone: 'goneFree', resent: 'resent', goesIn: 'goesIn', now: 'againNow',
    },
  };
  const wayOf = (mode) => (mode === 'sms' || mode === 'email' ? mode : 'call');

  const IMPACTS = ['none', 'minor', 'major', 'critical'];
  const nextCode = {}; // by subscription: from when on another code may go, as far as we asked
  const WAITS = [30, 60, 120, 300]; // seconds before each next code, as the server counts them
  const PATIENCE = 15000; // API Gateway may take 29 s, people do not

  const LIGHT =
    '--bg:var(--statustext-background,#fff);--fg:var(--statustext-text,#1b2430);' +
    '--dim:var(--statustext-muted,#566070);--line:var(--statustext-field-border,#737d8c);' +
    '--edge:var(--statustext-border,#d5dbe4);' +
    '--accent:var(--statustext-accent,#0b57d0);--on:var(--statustext-accent-text,#fff);' +
    '--bad:var(--statustext-error,#b3261e);color-scheme:light;';
  const DARK =
    '--bg:var(--statustext-background,#161b22);--fg:var(--statustext-text,#e8edf4);' +
    '--dim:var(--statustext-muted,#a4afbe);--line:var(--statustext-field-border,#7d8899);' +
    '--edge:var(--statustext-border,#303844);' +
    '--accent:var(--statustext-accent,#8ab4f8);--on:var(--statustext-accent-text,#0b1a33);' +
    '--bad:var(--statustext-error,#ffb4ab);color-scheme:dark;';
  // `all: initial` on an element of ours keeps inherited page styles out (:host loses to the page),
  // and makes 1em the reader's own font size.
  const CSS =
    '.box{all:initial;' + LIGHT + 'display:block;box-sizing:border-box;max-width:34em;padding:1.25em;' +
    'background:var(--bg);color:var(--fg);border:1px solid var(--edge);' +
    'border-radius:var(--statustext-radius,10px);line-height:1.5;overflow-wrap:anywhere;' +
    'font-family:var(--statustext-font,system-ui,-apple-system,"Segoe UI",Roboto,sans-serif)}' +
    '@media (prefers-color-scheme:dark){.box:not([data-theme=light]){' + DARK + '}}' +
    '.box[data-theme=dark]{' + DARK + '}' +
    '*,*::before{box-sizing:border-box}[hidden]{display:none!important}' +
    'h2{font-size:1.25em;line-height:1.3;margin:0 0 .6em}p{margin:0 0 .9em}' +
    'form,fieldset{margin:0;padding:0;border:0;min-width:0}fieldset{margin:0 0 1em}' +
    'fieldset fieldset{margin:.25em 0 .5em;padding-inline-start:1.75em}' +
    'legend,.name{display:block;padding:0;font-weight:600;margin-bottom:.25em}' +
    'fieldset fieldset legend{font-weight:400;color:var(--dim)}' +
    '.row{margin-bottom:1em}.hint,a{color:var(--dim);font-size:.875em;margin:.3em 0 0}' +
    'input,select,button{font:inherit;color:inherit;border-radius:6px}' +
    '.ways{display:flex;flex-wrap:wrap;gap:.5em;margin-bottom:1.1em}.ways legend{float:inline-start;width:100%}' +
    '.ways .tick{align-items:center;min-height:2.75em;padding:.4em .9em;border:1px solid var(--line);border-radius:8px}' +
    '.ways .tick input{margin:0}.ways .tick:has(:checked){border-color:var(--accent);box-shadow:inset 0 0 0 1px var(--accent)}' +
    '.follows{margin-top:1em}' +
    'input:not([type=checkbox],[type=radio]),select{display:block;width:100%;min-height:2.75em;' +
    'padding:.5em .75em;background:var(--bg);border:1px solid var(--line);text-align:start}' +
    'input[name=code]{max-width:9em;letter-spacing:.2em;font-variant-numeric:tabular-nums}' +
    '[aria-invalid=true]{border-color:var(--bad)!important;outline-color:var(--bad)}' +
    '.tick{display:flex;gap:.65em;align-items:flex-start;padding:.25em 0;cursor:pointer}' +
    '.tick input{flex:none;width:1.15em;height:1.15em;margin:.18em 0 0;accent-color:var(--accent)}' +
    '.consent{font-size:.875em;margin-bottom:1em}' +
    '.buttons{display:flex;flex-wrap:wrap;gap:.6em;margin-top:1em}' +
    'button{min-height:2.75em;padding:.5em 1.1em;cursor:pointer;border:1px solid var(--accent);' +
    'background:var(--bg);color:var(--accent);font-weight:600;transition:box-shadow .15s}' +
    'button:hover{box-shadow:0 0 0 1px var(--accent)}' +
    'button[type=submit],button.strong{background:var(--accent);color:var(--on)}' +
    'button.plain{border-color:transparent;padding-inline:.25em}button.bad{border-color:var(--bad);color:var(--bad)}' +
    'button[aria-disabled=true]{background:var(--bg);color:var(--dim);border:1px dashed var(--line);' +
    'cursor:default;box-shadow:none}' +
    ':focus-visible{outline:3px solid var(--accent);outline-offset:2px}h2:focus{outline:0}' +
    '.problem,.ask{border-inline-start:4px solid var(--bad);padding:.1em 0 .1em .75em;margin:1em 0}' +
    '.problem p{margin:0;color:var(--bad);font-weight:600}.problem:not(.on){margin:0;border:0;padding:0}' +
    '.problem button{margin-top:.6em}.live{margin:.75em 0 0;color:var(--dim)}.live:empty{margin:0}' +
    '@media (max-width:24em){.box{padding:1em}.buttons button{flex:1 1 100%}}' +
    '@media (prefers-reduced-motion:reduce){*{transition:none!important;scroll-behavior:auto!important}}';

  function style(root) {
    try {
      const sheet = new CSSStyleSheet(); // not "inline" to a Content-Security-Policy, unlike <style>
      sheet.replaceSync(CSS);
      root.adoptedStyleSheets = [sheet];
    } catch (_old) {
      root.append(make('style', { nonce: (script && script.nonce) || '' }, CSS));
    }
  }

  /** An element with attributes (or on… listeners) and children; data only ever becomes text. */
  function make(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
      else if (value === true) element.setAttribute(name, '');
      else if (value !== false && value != null) element.setAttribute(name, value);
    }
    element.append(...children.filter((child) => child != null && child !== false));
    return element;
  }

  function countryName(code, lang) {
    try {
      return new Intl.DisplayNames([lang], { type: 'region' }).of(code) || code;
    } catch (_old) {
      return code;
    }
  }

  /** Words naming the fields an error is about ("preferences.services" is two), map or list. */
  function fieldNames({ fields = {} }) {
    const list = Array.isArray(fields)
      ? fields.map((item) => item.field || item.name || item.loc || item)
      : Object.keys(fields || {});
    return list.flatMap((name) => String(name).split(/\W+/));
  }

  // The token is taken out of the address at once, so that it is not copied, bookmarked or logged.
  function takeLink() {
    const match = /^#statustext=(.+)$/.exec(location.hash);
    if (!match) return null;
    history.replaceState(history.state, '', location.pathname + location.search);
    try {
      return decodeURIComponent(match[1]);
    } catch (_malformed) {
      return match[1];
    }
  }
  let link = takeLink();
  let opener = null; // the first widget, whom links are for

  function mount(host) {
    if (host.shadowRoot) return;
    host.replaceChildren(); // a plain form for browsers that do not run this
    // The form's answer says which language it is in; until then, and without words of its own, English.
    const around = host.closest('[lang]');
    const asked = host.dataset.lang || (around && around.lang) || navigator.language || 'en';
    let lang = 'en';
    const api = (host.dataset.api || home).replace(/\/+$/, '');
    const pageId = host.dataset.page || 'default';
    const translated = (english) => (page && page.words && page.words[english]) || english;
    const say = (key, values) =>
      translated(TEXT[key]).replace(/\{(\w+)\}/g, (_all, name) => (values || {})[name]);

    const root = host.attachShadow({ mode: 'open' });
    const live = make('p', { class: 'live', role: 'status', 'aria-live': 'polite' });
    const stage = make('div');
    style(root);
    const frame = make('div', { class: 'box', lang, 'data-theme': host.dataset.theme }, stage, live);
    root.append(frame);

    let page = null; // the answer of /subscription_form
    let typed = {}; // what the person entered, kept from step to step
    let timer = 0;

    // Memory first: sessionStorage may be forbidden, and a token must not outlive the tab.
    const memory = {};
    const slot = 'statustext ' + api + ' ' + pageId;
    function keep(value) {
      memory.value = value;
      try {
        if (value) sessionStorage.setItem(slot, JSON.stringify(value));
        else sessionStorage.removeItem(slot);
      } catch (_forbidden) { /* memory has it */ }
    }
    function kept() {
      try {
        return memory.value || JSON.parse(sessionStorage.getItem(slot)) || {};
      } catch (_forbidden) {
        return {};
      }
    }

    /** Calls the API; throws {message, status, code, fields, wait}, or {message, offline}. */
    async function call(method, path, body, token) {
      const patience = new AbortController();
      const alarm = setTimeout(() => patience.abort(), PATIENCE);
      const headers = { Accept: 'application/json' };
      if (body) headers['Content-Type'] = 'application/json';
      if (token) headers.Authorization = 'Bearer ' + token;
      let response;
      let text;
      try {
        response = await fetch(api + '/pages/' + encodeURIComponent(pageId) + path, {
          method, headers, body: body && JSON.stringify(body), signal: patience.signal,
          credentials: 'omit', cache: 'no-store',
        });
        text = await response.text();
      } catch (_unreachable) {
        throw { message: say('offline'), offline: true };
      } finally {
        clearTimeout(alarm);
      }
      let data = null;
      try {
        data = text ? JSON.parse(text) : {};
      } catch (_notJson) { /* told below */ }
      if (response.ok && data) return data;
      const error = (data && data.error) || {};
      throw {
        message: typeof error.message === 'string' ? translated(error.message) : say('failed'),
        status: response.status, code: error.code, fields: fieldNames(error),
        wait: Number(response.headers.get('Retry-After')) || 0,
      };
    }

    /** The solution of a new challenge, found beside the page, or in it where the browser refuses a worker
     *  of another origin. */
    async function solution() {
      const given = await call('GET', '/challenge');
      let number;
      try {
        number = await byWorker(given);
      } catch (_refused) {
        number = await solve(given);
      }
      const { algorithm, challenge, salt, signature } = given;
      return btoa(JSON.stringify({ algorithm, challenge, number, salt, signature }));
    }

    function byWorker(given) {
      return new Promise((resolve, reject) => {
        const worker = new Worker(script.src);
        worker.onmessage = (event) => {
          worker.terminate();
          resolve(event.data);
        };
        worker.onerror = (event) => {
          event.preventDefault();
          worker.terminate();
          reject(event);
        };
        worker.postMessage(given);
      });
    }

    async function learn(known) {
      const form = '/subscription_form?lang=' + encodeURIComponent(asked.split('-')[0].toLowerCase());
      page = known || await call('GET', form);
      lang = page.language || 'en';
      frame.lang = lang;
      frame.dir = lang === 'ar' ? 'rtl' : 'ltr';
    }

    const subscription = (id, more) => '/subscriptions/' + encodeURIComponent(id) + (more || '');

    function show(name, title, focus, ...content) {
      clearInterval(timer);
      live.textContent = '';
      const heading = make('h2', { id: 'title', tabindex: '-1' }, title);
      stage.replaceChildren(
        make('section', { 'data-step': name, 'aria-labelledby': 'title' }, heading, ...content));
      if (focus) heading.focus();
    }

    /** The place for one error at a time, with a button when there is something to do about it. */
    function problemBox() {
      const text = make('p', { role: 'alert', id: 'problem' });
      const button = make('button', { type: 'button', hidden: true });
      const box = make('div', { class: 'problem' }, text, button);
      box.clear = () => {
        box.classList.remove('on');
        text.textContent = '';
        button.hidden = true;
      };
      box.tell = (message, label, action) => {
        const buttons = box.parentNode && box.closest('section').querySelector('.buttons');
        if (buttons && !buttons.contains(box)) buttons.before(box); // it may have stood at a field
        box.classList.add('on');
        text.textContent = message;
        button.hidden = !label;
        button.textContent = label || '';
        button.onclick = action;
      };
      return box;
    }

    /** Runs one call for a button: never twice at a time, errors told in the box. */
    async function attempt(button, box, action, onError) {
      if (button.getAttribute('aria-disabled') === 'true') return;
      // Not `disabled`: that would drop the keyboard focus.
      button.setAttribute('aria-disabled', 'true');
      box.clear();
      live.textContent = say('working');
      const step = stage.firstChild;
      try {
        await action();
      } catch (error) {
        if (stage.firstChild !== step) return;
        live.textContent = '';
        if (error.offline) {
          const again = () => {
            button.focus();
            attempt(button, box, action, onError);
          };
          box.tell(error.message, say('retry'), again);
        } else if (error.message && error.fields) {
          box.tell(error.message);
          if (onError) await onError(error);
        } else {
          box.tell(say('failed'));
          throw error; // a fault of this script, for the browser's console
        }
      } finally {
        if (!button.wait) button.removeAttribute('aria-disabled');
        if (live.textContent === say('working')) live.textContent = '';
      }
    }

    function refuse(form, box, message, names) {
      box.tell(message);
      markInvalid(form, names);
    }

    function markInvalid(form, names) {
      const bad = [...form.elements].filter((field) => names.includes(field.name));
      for (const field of bad) {
        const described = (field.getAttribute('aria-describedby') || '').replace(/ ?problem/, '');
        field.setAttribute('aria-invalid', 'true');
        field.setAttribute('aria-describedby', (described + ' problem').trim());
        const mend = () => {
          field.removeAttribute('aria-invalid');
          if (described) field.setAttribute('aria-describedby', described);
          else field.removeAttribute('aria-describedby');
        };
        field.addEventListener('input', mend, { once: true });
      }
      const first = bad.find((field) => field.getClientRects().length);
      if (!first) return;
      const row = first.closest('.row, .consent, fieldset');
      const box = form.querySelector('.problem');
      if (row && box) row.append(box);
      first.focus();
    }

    function tick(type, name, value, label, checked, more) {
      const input = make('input', { type, name, value, ...more });
      input.checked = Boolean(checked);
      return make('label', { class: 'tick' }, input, make('span', { dir: 'auto' }, label));
    }

    /** The choice that shows these preferences; `custom` when none of ours does. */
    function choiceOf(preferences) {
      const impacts = preferences.severity_filter || IMPACTS;
      const services = preferences.services || [];
      const every = ['minor', 'major', 'critical'].every((impact) => impacts.includes(impact));
      const known = services.every((service) =>
        page.components.some((component) => service === component.id || service === component.key));
      if (every && !services.length) return 'all';
      if (!services.length && impacts.length === 1 && impacts[0] === 'critical') return 'critical';
      return every && known ? 'some' : 'custom';
    }

    const modesOf = () => (page.modes || [{ mode: 'sms', consent: page.consent }]);
    const offered = (way) => modesOf().filter((one) => wayOf(one.mode) === way);

    function preferenceFields(now, way) {
      const choice = choiceOf(now);
      const chosen = now.services || [];
      const services = make('fieldset', { hidden: choice !== 'some' },
        make('legend', {}, say('services')),
        make('p', { class: 'hint' }, say(page.without_components === 'all' ? 'alsoAll' : 'onlyChosen')),
        ...page.components.map((component) => tick('checkbox', 'services', component.id,
          component.name, chosen.includes(component.id) || chosen.includes(component.key))));
      const pick = (value) => tick('radio', 'which', value, say(value), choice === value);
      const which = make('fieldset', {
        onchange: (event) => {
          if (event.target.name === 'which') services.hidden = event.target.value !== 'some';
        },
      }, make('legend', {}, say(WAYS[way].which)), choice === 'custom' && pick('custom'), pick('all'),
      pick('critical'), page.components.length > 0 && pick('some'),
      page.components.length > 0 && services);
      const also = make('fieldset', {}, make('legend', {}, say(WAYS[way].also)),
        tick('checkbox', 'updates', 'yes', say('updates'), now.updates),
        tick('checkbox', 'maintenance', 'yes', say('maintenance'), now.maintenance));
      return [which, also];
    }

    /** What the form shows. The rest is left out of a change, and so stays as it is. */
    function readPreferences(form, now) {
      const which = form.elements.which.value;
      const { updates, maintenance } = form.elements;
      const chosen = { updates: updates.checked, maintenance: maintenance.checked };
      if (which === 'custom') return chosen;
      if (!now || which !== choiceOf(now)) {
        chosen.severity_filter = which === 'critical' ? ['critical'] : IMPACTS;
      }
      chosen.services = which !== 'some' ? [] : [...form.querySelectorAll('[name=services]:checked')]
        .map((input) => input.value);
      return chosen;
    }

    const noService = (form, preferences) =>
      form.elements.which.value === 'some' && !preferences.services.length;

    /** The field for the address of one way, and what goes with it. */
    function addressFields(way) {
      if (way === 'email') {
        const email = make('input', {
          type: 'email', name: 'email', id: 'email', autocomplete: 'email', dir: 'ltr', required: true,
        });
        email.value = typed.email || '';
        return [make('div', { class: 'row' }, make('label', { class: 'name', for: 'email' }, say('email')), email)];
      }
      if (way === 'call') {
        const kinds = offered('call').map((one) => one.mode).sort((a, b) => (
          Object.keys(CALLED).indexOf(a) - Object.keys(CALLED).indexOf(b)));
        const endpoint = make('input', {
          type: 'url', name: 'endpoint', id: 'endpoint', autocomplete: 'off', dir: 'ltr', required: true,
          'aria-describedby': 'endpoint-hint',
        });
        endpoint.value = typed.endpoint || '';
        const kind = make('select', { name: 'mode', id: 'mode' }, ...kinds.map((mode) => (
          make('option', { value: mode, selected: mode === typed.mode }, CALLED[mode]))));
        return [
          make('div', { class: 'row', hidden: kinds.length < 2 },
            make('label', { class: 'name', for: 'mode' }, say('kind')), kind),
          make('div', { class: 'row' }, make('label', { class: 'name', for: 'endpoint' }, say('endpoint')),
            endpoint, make('p', { class: 'hint', id: 'endpoint-hint' }, say('endpointHint'))),
        ];
      }
      const local = typed.country || (navigator.language || '').split('-').pop();
      const phone = make('input', {
        type: 'tel', name: 'phone', id: 'phone', autocomplete: 'tel', inputmode: 'tel', dir: 'ltr',
        required: true, 'aria-describedby': 'phone-hint',
      });
      phone.value = typed.phone || '';
      const country = make('select', { name: 'country', id: 'country', autocomplete: 'country' },
        ...page.countries.map((code) => make('option', { value: code, selected: code === local },
          countryName(code, lang))));
      return [
        make('div', { class: 'row' }, make('label', { class: 'name', for: 'phone' }, say('phone')),
          phone, make('p', { class: 'hint', id: 'phone-hint' }, say('phoneHint'))),
        page.countries.length > 1 && make('div', { class: 'row' },
          make('label', { class: 'name', for: 'country' }, say('country')), country),
      ];
    }

    function subscribeStep(focus, message) {
      const box = problemBox();
      const ways = Object.keys(WAYS).filter((one) => offered(one).length);
      let way = ways.includes(typed.way) ? typed.way : ways[0];
      const names = {
        sms: say('text'), email: say('mail'),
        call: Object.keys(CALLED).filter((mode) => offered('call').some((one) => one.mode === mode))
          .map((mode) => CALLED[mode]).join(', '),
      };
      const choice = make('fieldset', { class: 'ways', hidden: ways.length < 2 },
        make('legend', {}, say('by')),
        ...ways.map((one) => tick('radio', 'way', one, names[one], one === way)));
      choice.addEventListener('change', () => {
        remember();
        way = form.elements.way.value;
        box.clear();
        draw();
      });
      const fields = make('div');
      const button = make('button', { type: 'submit' });
      const follows = make('p', { class: 'hint follows' });
      const join = page.join && make('a', { href: page.join.link }, page.join.text,
        make('img', { src: page.join.code, alt: '' }));
      const form = make('form', { novalidate: true, onsubmit: submit }, choice, fields, box,
        make('div', { class: 'buttons' }, button), follows, join);

      function draw() {
        const usual = { updates: way !== 'sms' };
        const [{ consent }] = offered(way);
        box.remove();
        fields.replaceChildren(...[...addressFields(way),
          ...preferenceFields((typed.preferences || {})[way] || usual, way),
          make('div', { class: 'consent' },
            tick('checkbox', 'consent', 'yes', consent.text, false, { required: true })),
        ].filter(Boolean));
        fields.after(box);
        button.textContent = say(WAYS[way].button);
        follows.textContent = say(WAYS[way].follows);
        if (join) join.hidden = way !== 'sms';
      }

      /** Keeps what was entered for this way, so that it is there again after another was looked at. */
      function remember() {
        const { elements } = form;
        typed = { ...typed, way, preferences: { ...typed.preferences, [way]: readPreferences(form) } };
        for (const name of ['phone', 'country', 'email', 'endpoint', 'mode']) {
          if (elements[name]) typed[name] = elements[name].value.trim();
        }
      }

      function submit(event) {
        event.preventDefault();
        remember();
        const { field, need, agree } = WAYS[way];
        const preferences = typed.preferences[way];
        const body = { [field]: typed[field], preferences };
        if (way === 'sms' && page.countries.length) body.country = typed.country || page.countries[0];
        const mode = way === 'call' ? typed.mode : way;
        if (way === 'call') body.mode = mode;
        if (!typed[field]) return refuse(form, box, say(need), [field]);
        if (noService(form, preferences)) return refuse(form, box, say('needServices'), ['services']);
        if (!form.elements.consent.checked) return refuse(form, box, say(agree), ['consent']);
        return attempt(button, box, async () => {
          const { consent } = offered(way).find((one) => one.mode === mode);
          if (page.bot_gate) body.altcha = await solution();
          const answer = await call('POST', '/subscriptions', {
            ...body, consent: true, language: page.language, consent_version: consent.version, timezone: zone(),
          });
          const goes = Math.max(Date.now(), nextCode[answer.id] || 0);
          const next = goes + (answer.seconds_between_codes || WAITS[0]) * 1000;
          nextCode[answer.id] = next;
          keep({ pending: answer.id, secret: answer.secret, sent: 0, goes, next, way });
          codeStep(true);
        }, async (error) => {
          const at = error.fields.filter((name) => form.elements[name]);
          if (error.code === 'consent_outdated') {
            await learn();
            subscribeStep(true, error.message); // the new text, to be agreed to anew
          } else if (at.length || error.status === 422) {
            // What a field must be is said in the API's words, for programs.
            if (error.code === 'invalid_request' && at.includes(field)) box.tell(say(need));
            markInvalid(form, at.length ? at : [field]);
          }
        });
      }

      draw();
      show('subscribe', say(ways.length === 1 && ways[0] === 'sms' ? 'title' : 'titleAny'), focus, form);
      if (message) box.tell(message);
    }

    /** What comes after signing up: the code that was texted or posted, or a mail to be opened. */
    function codeStep(focus) {
      const { pending, way = 'sms' } = kept();
      const says = WAYS[way];
      const byMail = way === 'email';
      const box = problemBox();
      const code = make('input', {
        type: 'text', name: 'code', id: 'code', autocomplete: 'one-time-code', inputmode: 'numeric',
        pattern: '[0-9]{6}', dir: 'ltr', required: true, oninput: () => {
          const digits = ascii(code.value).replace(/\D/g, '').slice(0, 6);
          if (digits !== code.value) code.value = digits;
        },
      });
      const button = make('button', { type: 'submit' }, say('verify'));
      const again = make('button', { type: 'button', 'aria-describedby': 'wait', onclick: resend },
        say('again'));
      const wait = make('p', { class: 'hint', id: 'wait', role: 'timer', 'aria-live': 'off' });
      const other = make('button', { type: 'button', class: 'plain', onclick: () => {
        keep(null);
        typed.way = way;
        subscribeStep(true);
      } }, say(says.other));
      const sent = {
        sms: say('sentTo', { phone: typed.phone || say('yourPhone') }),
        email: say('mailSent', { address: typed.email || say('yourMailbox') }),
        call: say('codePosted'),
      }[way];
      const form = make('form', { novalidate: true, onsubmit: submit },
        make('p', {}, sent),
        !byMail && make('div', { class: 'row' }, make('label', { class: 'name', for: 'code' }, say('code')), code),
        box, make('div', { class: 'buttons' }, !byMail && button, again, other), wait,
        way === 'sms' && make('p', { class: 'hint' }, say('start', { sender: page.sender || say('ourNumber') })));

      function submit(event) {
        event.preventDefault();
        if (code.value.length !== 6) return refuse(form, box, say('needCode'), ['code']);
        return attempt(button, box, async () => {
          const answer = await call('POST', subscription(pending, '/verify'), {
            code: code.value, secret: kept().secret,
          });
          keep({ token: answer.manage_token, way });
          manageStep(true, answer);
        }, (error) => {
          if (error.status < 500 && error.status !== 429) {
            markInvalid(form, ['code']);
            code.select();
          }
        });
      }

      // Counts to a moment, not down from a number: background tabs run timers late.
      function waitFor(seconds) {
        keep({ ...kept(), next: Date.now() + seconds * 1000 });
        countdown();
      }

      function countdown() {
        clearInterval(timer);
        const tell = () => {
          const waits = kept().goes > Date.now(); // the code of a sign-up soon after another
          const until = waits ? kept().goes : kept().next;
          const left = Math.ceil((until - Date.now()) / 1000);
          again.wait = left > 0;
          if (left > 0) {
            const time = Math.floor(left / 60) + ':' + String(left % 60).padStart(2, '0');
            again.setAttribute('aria-disabled', 'true');
            wait.textContent = say(waits ? says.goesIn : 'againIn', { time });
          } else {
            clearInterval(timer);
            again.removeAttribute('aria-disabled');
            wait.textContent = say(says.now);
          }
        };
        timer = setInterval(tell, 1000);
        tell();
      }

      function resend() {
        return attempt(again, box, async () => {
          await call('POST', subscription(pending, '/resend_confirmation'), {
            secret: kept().secret,
          });
          const sent = kept().sent + 1;
          keep({ ...kept(), sent });
          waitFor(WAITS[Math.min(sent, WAITS.length - 1)]);
          live.textContent = say(says.resent);
          if (!byMail) code.focus();
        }, (error) => {
          if (error.status === 429) waitFor(error.wait || WAITS[Math.min(kept().sent, 3)]);
        });
      }

      show('verify', say(byMail ? 'mailTitle' : 'codeTitle'), focus, form);
      countdown();
    }

    function manageStep(focus, answer) {
      const { token } = kept();
      const way = answer.mode ? wayOf(answer.mode) : kept().way || 'sms';
      const says = WAYS[way];
      const id = token.split('.')[0];
      const box = problemBox();
      let preferences = answer.preferences || {};
      const fields = make('div', {}, ...preferenceFields(preferences, way));
      const save = make('button', { type: 'submit' }, say('save'));
      const leave = make('button', { type: 'button', class: 'bad', onclick: () => ask(true) },
        say('unsubscribe'));
      const yes = make('button', { type: 'button', class: 'bad', onclick: end }, say('yes'));
      const no = make('button', { type: 'button', onclick: () => ask(false) }, say(says.stay));
      const sure = make('div', {
        class: 'ask', role: 'group', 'aria-labelledby': 'sure', hidden: true,
        onkeydown: (event) => {
          if (event.key === 'Escape') ask(false);
        },
      }, make('p', { id: 'sure', tabindex: '-1' }, say(says.sure, { page: page.page.name })),
      make('div', { class: 'buttons' }, yes, no));
      const where = answer.phone || typed[says.field] || say('yourPhone');
      const told = way === 'sms' ? say('subscribedTo', { page: page.page.name, phone: where })
        : say('subscribedFree', { page: page.page.name, address: where });
      const another = make('button', { type: 'button', class: 'plain', onclick: () => {
        keep(null);
        typed = { way: Object.keys(WAYS).find((one) => one !== way && offered(one).length) || way };
        subscribeStep(true);
      } }, say('another'));
      const form = make('form', { novalidate: true, onsubmit: submit },
        make('p', {}, told),
        fields, box, make('div', { class: 'buttons' }, save, leave), sure,
        modesOf().length > 1 && make('div', { class: 'buttons' }, another));

      function ask(open) {
        sure.hidden = !open;
        leave.hidden = open;
        (open ? sure.firstChild : leave).focus();
      }

      function refused(error) {
        if (![401, 403, 404].includes(error.status)) return;
        keep(null);
        box.tell(error.message, say('restart'), () => subscribeStep(true));
      }

      function submit(event) {
        event.preventDefault();
        const next = readPreferences(form, preferences);
        if (noService(form, next)) return refuse(form, box, say('needServices'), ['services']);
        return attempt(save, box, async () => {
          const saved = await call('PATCH', subscription(id), { preferences: next }, token);
          preferences = saved.preferences || { ...preferences, ...next };
          fields.replaceChildren(...preferenceFields(preferences, way));
          live.textContent = say('saved');
        }, (error) => {
          markInvalid(form, error.fields);
          refused(error);
        });
      }

      function end() {
        return attempt(yes, box, async () => {
          await call('DELETE', subscription(id), null, token);
          goneStep(true, way);
        }, refused);
      }

      show('manage', say('subscribedTitle'), focus, form);
    }

    function goneStep(focus, way) {
      keep(null);
      typed = {};
      show('gone', say('goneTitle'), focus, make('p', {}, say(WAYS[way].gone, { page: page.page.name })),
        make('div', { class: 'buttons' },
          make('button', { type: 'button', onclick: () => subscribeStep(true) }, say('restart'))));
    }

    /** The manage panel if its token still works; only a link's failure is worth telling. */
    async function open(token, byLink) {
      const id = token.split('.')[0];
      if (!id || id === token) return subscribeStep(byLink, say('badLink'));
      try {
        const answer = await call('GET', subscription(id), null, token);
        if (answer.status && answer.status !== 'active') return goneStep(byLink, wayOf(answer.mode || 'sms'));
        keep({ token });
        return manageStep(byLink, answer);
      } catch (error) {
        if (![401, 403, 404, 410].includes(error.status)) throw error;
        keep(null);
        return subscribeStep(byLink, byLink && error.message);
      }
    }

    async function load(token) {
      live.textContent = say('loading');
      try {
        await learn(page);
        if (token) await open(token, true);
        else if (kept().token) await open(kept().token, false);
        else if (kept().pending) codeStep(false);
        else subscribeStep(false);
        if (token) host.scrollIntoView({ block: 'nearest' });
      } catch (error) {
        const box = problemBox();
        show('unavailable', say('title'), Boolean(token), box);
        box.tell(error.fields || error.offline ? error.message : say('failed'), say('retry'),
          () => load(token));
        if (!error.fields && !error.offline) throw error;
      }
    }

    load(link);
    if (!opener) {
      opener = load;
      link = null;
    }
  }

  addEventListener('hashchange', () => {
    const token = takeLink();
    if (token && opener) opener(token);
  });

  function mountAll() {
    document.querySelectorAll('[data-statustext]').forEach(mount);
  }

  window.statustext = { mount };
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', mountAll);
  else mountAll();
})();
