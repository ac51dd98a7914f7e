/** The console's REST calls; see docs/protocol.md. Every failure is a {@link ApiError} whose message may be shown. */

export class ApiError extends Error {
  constructor(status, { code, message, retry, violations = [] }) {
    super(message);
    this.status = status;
    this.code = code;
    this.retry = retry;
    /** What the compliance door found in a reply that was refused. */
    this.violations = violations;
  }
}

const UNREACHABLE = { code: "unreachable", message: "网络不通，请检查网络后再试。", retry: true };
const STRANGE = { code: "internal", message: "系统开小差了，请再试一次。", retry: true };

const markPath = (conversation, seq) => `/conversations/${encodeURIComponent(conversation)}/messages/${seq}/mark`;

export class Api {
  #fetch;
  #onSignedOut;

  /** @param {() => void} onSignedOut called when the session is gone */
  constructor(onSignedOut, fetch = globalThis.fetch.bind(globalThis)) {
    this.#fetch = fetch;
    this.#onSignedOut = onSignedOut;
  }

  async me() {
    return (await this.#call("GET", "/me")).agent;
  }

  async login(name, password) {
    return (await this.#call("POST", "/login", { name, password })).agent;
  }

  logout() {
    return this.#call("POST", "/logout");
  }

  async ended() {
    return (await this.#call("GET", "/tickets?state=ended&limit=100")).tickets;
  }

  /** @returns {Promise<{ticket: Object, events: Array}>} */
  ticket(id) {
    return this.#call("GET", `/tickets/${encodeURIComponent(id)}`);
  }

  /** @param {"claim"|"release"|"offer_return"|"return"|"close"} change */
  async change(id, change, body) {
    return (await this.#call("POST", `/tickets/${encodeURIComponent(id)}/${change}`, body)).ticket;
  }

  messages(conversation, after) {
    return this.#call("GET", `/conversations/${encodeURIComponent(conversation)}/messages?after=${after}`);
  }

  /** @param {{reason: string, kinds: string[]}|null} confirm why it is sent although the door warns */
  reply(conversation, clientId, text, confirm = null) {
    const body = { client_id: clientId, text, ...(confirm === null ? {} : { confirm }) };
    return this.#call("POST", `/conversations/${encodeURIComponent(conversation)}/messages`, body);
  }

  /** What the door would say of a reply: `{verdict, violations}`. */
  check(conversation, text) {
    return this.#call("POST", `/conversations/${encodeURIComponent(conversation)}/check`, { text });
  }

  async promises(conversation) {
    return (await this.#call("GET", `/conversations/${encodeURIComponent(conversation)}/promises`)).promises;
  }

  /** @param {"open"|"kept"|"missed"} state */
  async settle(conversation, id, state) {
    const path = `/conversations/${encodeURIComponent(conversation)}/promises/${encodeURIComponent(id)}`;
    return (await this.#call("PUT", path, { state })).promises;
  }

  /** Where a ticket stands in the abuse protocol. */
  abuse(ticket) {
    return this.#call("GET", `/tickets/${encodeURIComponent(ticket)}/abuse`);
  }

  /** @param {{decision: "filed"|"dismissed", days: number, note: string}} made */
  decideBlock(ticket, made) {
    return this.#call("POST", `/tickets/${encodeURIComponent(ticket)}/abuse`, made);
  }

  /** What a message may have meant: `[{intent, title, group}]`. */
  async intents() {
    return (await this.#call("GET", "/intents")).intents;
  }

  /** @returns {Promise<Array>} the marks of the message */
  async mark(conversation, seq, mark) {
    return (await this.#call("PUT", markPath(conversation, seq), mark)).marks;
  }

  async unmark(conversation, seq) {
    return (await this.#call("DELETE", markPath(conversation, seq))).marks;
  }

  async #call(method, path, body) {
    const options = { method };
    if (body !== undefined) {
      options.headers = { "Content-Type": "application/json" };
      options.body = JSON.stringify(body);
    }
    let answer;
    try {
      answer = await this.#fetch(`/api/console${path}`, options);
    } catch {
      throw new ApiError(0, UNREACHABLE);
    }
    let content;
    try {
      content = await answer.json();
    } catch {
      throw new ApiError(answer.status, STRANGE);
    }
    if (answer.ok) return content;
    // Being nobody yet is no surprise to the two calls that ask who one is.
    if (answer.status === 401 && path !== "/login" && path !== "/me") this.#onSignedOut();
    throw new ApiError(answer.status, { ...STRANGE, ...content });
  }
}
