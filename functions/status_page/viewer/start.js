'use strict';
// Reads only: no key of an operator's is to be typed into a public page.
SwaggerUIBundle({
  url: document.currentScript.dataset.openapi,
  dom_id: '#reference',
  supportedSubmitMethods: [],
  deepLinking: true,
  validatorUrl: null,
});
