"""Checks in the manner of axe, on what the browser really computed.

Rules: WCAG 2.2 1.4.3 (text contrast 4.5:1), 1.4.10 (reflow at 320 px), 1.4.11 (3:1 for control
borders), 4.1.2 (every control has a name).
"""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

# Every element of the document and its open shadow roots, with the colours it is seen in.
_SURVEY = r"""
() => {
  const deep = (root) => [...root.querySelectorAll('*')]
    .flatMap((e) => e.shadowRoot ? [e, ...deep(e.shadowRoot)] : [e]);
  const up = (e) => e.parentElement || (e.getRootNode().host || null);
  const rgb = (text) => (text.match(/[\d.]+/g) || []).map(Number);
  const behind = (e) => {
    for (let at = e; at; at = up(at)) {
      const c = rgb(getComputedStyle(at).backgroundColor);
      if (c.length === 3 || c[3] === 1) return c.slice(0, 3);
    }
    return matchMedia('(prefers-color-scheme: dark)').matches
      && getComputedStyle(document.documentElement).colorScheme.includes('dark')
      ? [18, 18, 18] : [255, 255, 255];
  };
  const shine = (c) => {
    const [r, g, b] = c.map((v) => v / 255)
      .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (a, b) => {
    const [x, y] = [shine(a), shine(b)].sort((p, q) => q - p);
    return (x + 0.05) / (y + 0.05);
  };
  const found = { nameless: [], pale: [], faint: [], doubled: [], checked: 0 };
  const tell = (e) => e.tagName.toLowerCase() + (e.name ? '[name=' + e.name + ']' : '')
    + ' ' + e.textContent.trim().slice(0, 40);
  for (const e of deep(document)) {
    const unseen = ['HTML', 'HEAD', 'SCRIPT', 'STYLE'].includes(e.tagName);
    if (unseen || !e.getClientRects().length) continue;
    const style = getComputedStyle(e);
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    const control = ['INPUT', 'SELECT', 'BUTTON'].includes(e.tagName);
    if (own || control) {
      found.checked += 1;
      const seen = ratio(rgb(style.color).slice(0, 3), behind(e));
      if (seen < 4.5) found.pale.push(tell(e) + ' ' + seen.toFixed(2));
    }
    if (control && !['radio', 'checkbox'].includes(e.type) && style.borderTopWidth !== '0px') {
      const edge = rgb(style.borderTopColor);
      const clear = edge.length === 4 && edge[3] === 0;
      if (!clear && ratio(edge.slice(0, 3), behind(up(e))) < 3) found.faint.push(tell(e));
    }
    if (control) {
      const label = e.tagName === 'BUTTON' ? e.textContent
        : [...(e.labels || [])].map((l) => l.textContent).join('');
      if (!label.trim()) found.nameless.push(tell(e));
    }
    for (const name of ['aria-describedby', 'aria-labelledby']) {
      for (const id of (e.getAttribute(name) || '').split(' ').filter(Boolean)) {
        const named = e.getRootNode().querySelectorAll('#' + id).length;
        if (named !== 1) found.doubled.push(tell(e) + ' ' + id);
      }
    }
  }
  return found;
}
"""


def problems(page: Page) -> list[str]:
    """What is wrong with the page as it is now, one sentence each; empty when nothing is."""
    survey: dict[str, Any] = page.evaluate(_SURVEY)
    assert survey["checked"], "nothing visible was looked at"
    told = [f"no name: {what}" for what in survey["nameless"]]
    told += [f"contrast below 4.5: {what}" for what in survey["pale"]]
    told += [f"border below 3: {what}" for what in survey["faint"]]
    return told + [f"describes by nothing or by two: {what}" for what in survey["doubled"]]


def overflow(page: Page) -> int:
    """CSS pixels by which the content is wider than the window; 0 is none."""
    wide: int = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return wide
