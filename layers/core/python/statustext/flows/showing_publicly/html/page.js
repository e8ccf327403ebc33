/*
 * What the page can do beside being read: times in the visitor's zone, what a day's bar stands for,
 * and a look every half minute whether anything has changed. Without it, nothing is missing.
 */
(function () {
  'use strict';

  const EVERY = 30000; // milliseconds; caches answer for ten seconds of them
  const language = document.documentElement.lang;
  const live = document.getElementById('live');
  if (!live) return;

  const short = new Intl.DateTimeFormat(language, {
    month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', timeZoneName: 'short',
  });
  const exact = new Intl.DateTimeFormat(language, { dateStyle: 'full', timeStyle: 'long' });

  const unitOf = (unit) => new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short' });
  const hours = unitOf('hour');
  const minutes = unitOf('minute');

  function tellTimes(root) {
    for (const time of root.querySelectorAll('time[datetime]')) {
      const moment = new Date(time.dateTime);
      time.title = exact.format(moment) + ' (' + time.title + ')';
      time.textContent = short.format(moment);
    }
    tellAges();
  }

  // How long ago an open incident's updates were; times alone make a reader reckon.
  const ago = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });

  function tellAges() {
    for (const time of live.querySelectorAll('.incident:not(.over) .when time')) {
      const since = (new Date(time.dateTime) - Date.now()) / 60000;
      const [count, unit] = since > -60 ? [since, 'minute'] : since > -1440 ? [since / 60, 'hour'] : [since / 1440, 'day'];
      const age = time.parentNode.querySelector('.age') || document.createElement('span');
      age.className = 'age';
      age.textContent = ' · ' + ago.format(Math.min(Math.round(count), 0), unit);
      time.after(age);
    }
  }

  // What a bar stands for, under the pointer.
  const tip = document.createElement('div');
  tip.className = 'tip';
  tip.hidden = true;
  document.body.append(tip);
  const words = JSON.parse(live.dataset.words || '{}');
  const dayOf = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' });

  function tellDay(svg, place) {
    const bad = JSON.parse(svg.dataset.bad)[place];
    const lines = [dayOf.format(new Date(Date.parse(svg.dataset.from) + place * 86400000))];
    if (bad === '') lines.push(words.unknown);
    else if (!bad) lines.push(words.fine);
    for (let at = 0; bad && at < bad.length; at += 2) {
      const length = [[Math.floor(bad[at + 1] / 60), hours], [bad[at + 1] % 60, minutes]]
        .filter(([count]) => count).map(([count, unit]) => unit.format(count));
      lines.push((words[bad[at]] || bad[at]) + ': ' + length.join(' '));
    }
    tip.textContent = lines.join('\n');
    tip.hidden = false;
    const box = svg.getBoundingClientRect();
    const days = svg.viewBox.baseVal.width + 1;
    const middle = box.left + (place * 4 + 2) / days * box.width;
    const left = Math.min(Math.max(middle - tip.offsetWidth / 2, 8), innerWidth - tip.offsetWidth - 8);
    const above = box.top - tip.offsetHeight - 8;
    tip.style.setProperty('left', left + 'px');
    tip.style.setProperty('top', (above < 0 ? box.bottom + 8 : above) + 'px');
  }

  document.addEventListener('pointermove', (event) => {
    const svg = event.target.closest && event.target.closest('.days');
    if (!svg) {
      tip.hidden = true;
      return;
    }
    const box = svg.getBoundingClientRect();
    const days = (svg.viewBox.baseVal.width + 1) / 4;
    const place = Math.floor((event.clientX - box.left) / box.width * days);
    tellDay(svg, Math.min(Math.max(place, 0), days - 1));
  });
  document.addEventListener('scroll', () => { tip.hidden = true; }, { passive: true });

  // A refresh replaces what the server drew; what a reader has unfolded stays so.
  let heard = Date.now();
  let known = live.innerHTML;

  function tellStale(failed) {
    let note = document.getElementById('stale');
    if (!failed) {
      if (note) note.remove();
      return;
    }
    if (!note) {
      note = document.createElement('p');
      note.id = 'stale';
      note.className = 'stale';
      note.setAttribute('role', 'status');
      live.before(note);
    }
    note.textContent = live.dataset.failed.replace('{time}', short.format(new Date(heard)));
  }

  async function refresh() {
    if (document.hidden) return;
    try {
      const answer = await fetch(location.pathname + location.search, { credentials: 'omit' });
      if (!answer.ok) throw new Error(String(answer.status));
      const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const next = fresh.getElementById('live');
      if (!next) throw new Error('no page');
      heard = Date.now();
      tellStale(false);
      if (next.innerHTML === known) return tellAges();
      known = next.innerHTML;
      for (const fold of live.querySelectorAll('details[id]')) {
        const same = next.querySelector('#' + CSS.escape(fold.id));
        if (same) same.open = fold.open || same.open;
      }
      const focused = document.activeElement && document.activeElement.id;
      live.replaceChildren(...next.childNodes);
      document.title = fresh.title;
      tellTimes(live);
      if (focused && document.getElementById(focused)) document.getElementById(focused).focus();
    } catch (_failed) {
      tellStale(true);
    }
  }

  tellTimes(document);
  const zone = document.getElementById('zone');
  zone.textContent = zone.dataset.words.replace('{zone}', short.resolvedOptions().timeZone);
  setInterval(refresh, EVERY);
  document.addEventListener('visibilitychange', refresh);
})();
