// What an incident would text, before anybody is texted.

import {make} from './page_parts.js';

/** The page's own wording for an opening, with the incident's words in it. */
export async function preview(api, incident) {
  if (incident.deliver_notifications === false) return [make('p', {}, 'Nobody is texted.')];
  const templates = await api.get('templates');
  const {template} = templates.find((one) => one.event === 'created');
  const severity = incident.impact_override;
  const values = {
    page: api.page, title: incident.name, severity, message: incident.body ?? '',
    Severity: severity[0].toUpperCase() + severity.slice(1), status: 'investigating',
    Status: 'Investigating',
  };
  const text = template.replace(/\{\{\s*(\w+)\s*\}\}/g, (whole, name) => values[name] ?? whole);
  return [make('h3', {}, 'Text'), make('p', {class: 'text'}, text)];
}
