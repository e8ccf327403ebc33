// Calls to the API with the operator's key, which this tab alone keeps, until it is closed.

const ROOT = new URL('../', import.meta.url);
const KEPT = 'statustext.signed-in';

/** What the API refused: `message` is its sentence, `fields` say what is wrong where. */
export class Refused extends Error {
  constructor(status, {code, message, fields}) {
    super(message);
    this.status = status;
    this.code = code;
    this.fields = fields ?? {};
  }
}

export class Api {
  constructor(page, key) {
    this.page = page;
    this.key = key;
  }

  static kept() {
    const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? 'null');
    return kept && new Api(kept.page, kept.key);
  }

  keep() {
    sessionStorage.setItem(KEPT, JSON.stringify({page: this.page, key: this.key}));
  }

  static forget() {
    sessionStorage.removeItem(KEPT);
  }

  /** The answer's JSON. A path without a slash at its front lies below the page. */
  async call(method, path, {body, query, headers} = {}) {
    const below = path.startsWith('/') ? path.slice(1)
      : `v1/pages/${encodeURIComponent(this.page)}/${path}`;
    const url = new URL(below.replace(/\/$/, ''), ROOT);
    for (const [name, value] of Object.entries(query ?? {})) {
      if (value != null && value !== '') url.searchParams.set(name, value);
    }
    const sent = {'X-API-Key': this.key, Accept: 'application/json', ...headers};
    if (body) sent['Content-Type'] = 'application/json';
    let answer;
    try {
      answer = await fetch(url, {method, headers: sent, body: body && JSON.stringify(body)});
    } catch {
      throw new Refused(0, {code: 'unreachable', message: 'The API cannot be reached; try again.'});
    }
    if (answer.ok) return answer.status === 204 ? null : answer.json();
    const told = await answer.json().catch(() => ({}));
    throw new Refused(answer.status, told.error
      ?? {code: 'unknown', message: `The API answered ${answer.status}; try again.`});
  }

  get(path, query) {
    return this.call('GET', path, {query});
  }
}
