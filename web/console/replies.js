/**
 * The agent's replies on their way to the desk: kept until confirmed, one at a time a conversation, repeated under the
 * same id while the network fails.
 */

import { newId } from "../storefront/chat/base/ids.js";

const TRY_AGAIN = 3_000;

export class Replies {
  #outbox;
  #api;
  #store;
  #timers;
  #flying = new Set();
  #confirmed = new Set();

  /** @param {import("../storefront/chat/outbox.js").Outbox} outbox entries carry the conversation as their `name` */
  constructor({ outbox, api, store, timers = globalThis }) {
    this.#outbox = outbox;
    this.#api = api;
    this.#store = store;
    this.#timers = timers;
  }

  /** What the agent has written in a conversation and the desk has not shown back yet. */
  pending(conversation) {
    this.#tidy(conversation);
    return this.#outbox.entries.filter((entry) => entry.name === conversation);
  }

  send(conversation, text) {
    this.#outbox.add({ client_id: newId("a"), kind: "send", text, name: conversation });
    this.#store.change({ notice: null });
    return this.flush();
  }

  /** Send again what was refused, as a new message: what was refused was never stored. */
  retry(clientId) {
    if (this.#outbox.get(clientId)?.failed != null) this.#outbox.again(clientId, newId("a"));
    this.#store.change();
    return this.flush();
  }

  /** Send what waits, in every conversation. */
  async flush() {
    const conversations = new Set(this.#outbox.entries.map((entry) => entry.name));
    await Promise.all([...conversations].map((conversation) => this.#flush(conversation)));
  }

  async #flush(conversation) {
    if (this.#flying.has(conversation)) return;
    const isDue = (one) => one.name === conversation && one.failed === null && !this.#confirmed.has(one.client_id);
    const entry = this.#outbox.entries.find(isDue);
    if (entry === undefined) return;
    this.#flying.add(conversation);
    let again = false;
    try {
      await this.#api.reply(conversation, entry.client_id, entry.text);
      // In a conversation that is not on show nothing will come back to be matched.
      if (this.#store.conversations.has(conversation)) this.#confirmed.add(entry.client_id);
      else this.#outbox.remove(entry.client_id);
    } catch (problem) {
      again = problem.retry === true;
      if (!again) this.#outbox.fail(entry.client_id, problem.message);
    } finally {
      this.#flying.delete(conversation);
    }
    this.#tidy(conversation);
    this.#store.change();
    if (again) this.#timers.setTimeout(() => this.#flush(conversation), TRY_AGAIN);
    else await this.#flush(conversation);
  }

  /** Let go what the desk has shown back. */
  #tidy(conversation) {
    for (const { client_id } of this.#store.conversations.get(conversation)?.messages ?? []) {
      if (client_id !== null && this.#outbox.has(client_id)) {
        this.#outbox.remove(client_id);
        this.#confirmed.delete(client_id);
      }
    }
  }
}
