/**
 * What the buyer has sent and the desk has not yet confirmed. It is kept in the browser's storage, one key an entry, so a
 * reload loses nothing and two tabs do not overwrite each other; the `client_id` lets the desk see a repeat as one.
 *
 * Entry: `{client_id, kind: "send"|"action", text, choice, name, at, failed}`; `failed` is the desk's refusal or null. An
 * agent's reply that the compliance door warned of has `confirm` besides.
 */

/** A button pressed this long ago (ms) is no longer meant. A message is always meant. */
const ACTION_LIFE = 5 * 60 * 1000;

export class Outbox {
  #storage;
  #prefix;
  #now;
  #entries = new Map();

  /**
   * @param {Storage|null} storage null keeps everything in memory only (private windows)
   * @param {string} scope whose outbox: another buyer or store must never send it
   * @param {() => number} now milliseconds
   */
  constructor(storage, scope, now = Date.now) {
    this.#storage = storage;
    this.#prefix = `aftersales.outbox.${scope}.`;
    this.#now = now;
    for (const entry of this.#stored()) {
      const old = entry.kind === "action" && now() - entry.at > ACTION_LIFE;
      if (old) this.#forget(entry.client_id);
      else this.#entries.set(entry.client_id, entry);
    }
  }

  /** All entries, oldest first. */
  get entries() {
    return [...this.#entries.values()];
  }

  /** The entry to send next: the oldest that was not refused. */
  get next() {
    return this.entries.find((entry) => entry.failed === null) ?? null;
  }

  has(clientId) {
    return this.#entries.has(clientId);
  }

  get(clientId) {
    return this.#entries.get(clientId) ?? null;
  }

  /** Keep a message or an action until it is confirmed. */
  add({ client_id, kind, text = "", choice = null, name = null, confirm = null }) {
    // Two entries of one millisecond would lose their order over a reload.
    const latest = Math.max(0, ...this.entries.map((entry) => entry.at));
    const entry = { client_id, kind, text, choice, name, at: Math.max(this.#now(), latest + 1), failed: null };
    if (confirm !== null) entry.confirm = confirm;
    this.#keep(entry);
    return entry;
  }

  /** The desk has it, or the buyer gave it up. */
  remove(clientId) {
    this.#entries.delete(clientId);
    this.#forget(clientId);
  }

  /** The desk refused it; it stays to be read and sent again. */
  fail(clientId, message) {
    const entry = this.get(clientId);
    if (entry !== null) this.#keep({ ...entry, failed: message });
  }

  /** Send a refused entry again, as a new message: what was refused was never stored. */
  again(clientId, newClientId) {
    const entry = this.get(clientId);
    if (entry === null) return null;
    this.remove(clientId);
    return this.add({ ...entry, client_id: newClientId });
  }

  #keep(entry) {
    this.#entries.set(entry.client_id, entry);
    try {
      this.#storage?.setItem(this.#prefix + entry.client_id, JSON.stringify(entry));
    } catch {
      // The storage is full or forbidden: the entry lives in memory, which is all that can be done.
    }
  }

  #forget(clientId) {
    try {
      this.#storage?.removeItem(this.#prefix + clientId);
    } catch {
      // As above.
    }
  }

  #stored() {
    const found = [];
    try {
      for (let index = 0; index < (this.#storage?.length ?? 0); index += 1) {
        const key = this.#storage.key(index);
        if (key.startsWith(this.#prefix)) found.push(JSON.parse(this.#storage.getItem(key)));
      }
    } catch {
      return [];
    }
    return found.filter((entry) => typeof entry?.client_id === "string").sort((a, b) => a.at - b.at);
  }
}
