'use strict';
// Reads only: no key of an operator's is to be typed into a public page.
SwaggerUIBundle({
  url: document.currentScript.dataset.openapi,
  dom_id: '#reference',
  supportedSubmitMethods: [],
  deepLinking: true,
  // From 150 open operations on, the viewer draws only those in the window: a search in the page finds
  // no others. Of closed sections all thirteen are seen at once.
  docExpansion: 'none',
  validatorUrl: null,
});

// What readers of screens need and the viewer does not give them: names, regions, levels of
// headings in order, and no link within a button (the button itself leads to the operation's own address).
function mend() {
  const all = (chosen) => document.querySelectorAll('#reference ' + chosen);
  for (const link of all('button a[href]')) link.removeAttribute('href');
  for (const [part, name] of [['.information-container', 'About'], ['.schemes', 'Server and keys']]) {
    for (const one of all(part)) {
      one.setAttribute('role', 'region');
      one.setAttribute('aria-label', name);
    }
  }
  for (const heading of all('.opblock-tag, .models > h4')) heading.setAttribute('aria-level', '2');
  for (const heading of all('.opblock-body h4')) heading.setAttribute('aria-level', '3');
  for (const heading of all('.opblock-body h5')) heading.setAttribute('aria-level', '4');
  for (const choice of all('select:not([aria-label])')) {
    choice.setAttribute('aria-label', choice.id === 'servers' ? 'Server' : 'Media type');
  }
}
new MutationObserver(mend).observe(document.getElementById('reference'), { childList: true, subtree: true });
