/**
 * The agent's replies on their way to the desk: kept until confirmed, one at a time a conversation, repeated under the
 * same id while the network fails.
 */

import { newId } from "../storefront/chat/base/ids.js";

const TRY_AGAIN = 3_000;
/** Refusals of the compliance door: the text goes back to its writer. */
const REFUSALS = new Set(["reply_blocked", "reply_warned"]);

export class Replies {
  #outbox;
  #api;
  #store;
  #timers;
  #onRefused;
  #flying = new Set();
  #confirmed = new Set();

  /**
   * @param {Object} options
   * @param {import("../storefront/chat/outbox.js").Outbox} options.outbox entries carry the conversation as their `name`
   * @param {(refused: {conversation: string, text: string, problem: Error}) => void} options.onRefused gets back a text
   *   that the compliance door stopped; it is not kept here any more
   */
  constructor({ outbox, api, store, onRefused = () => {}, timers = globalThis }) {
    this.#outbox = outbox;
    this.#api = api;
    this.#store = store;
    this.#timers = timers;
    this.#onRefused = onRefused;
  }

  /** What the agent has written in a conversation and the desk has not shown back yet. */
  pending(conversation) {
    this.#tidy(conversation);
    return this.#outbox.entries.filter((entry) => entry.name === conversation);
  }

  /** @param {{reason: string, kinds: string[]}|null} confirm why it is sent although the door warns */
  send(conversation, text, confirm = null) {
    this.#outbox.add({ client_id: newId("a"), kind: "send", text, name: conversation, confirm });
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
      await this.#api.reply(conversation, entry.client_id, entry.text, entry.confirm ?? null);
      // In a conversation that is not on show nothing will come back to be matched.
      if (this.#store.conversations.has(conversation)) this.#confirmed.add(entry.client_id);
      else this.#outbox.remove(entry.client_id);
    } catch (problem) {
      again = problem.retry === true;
      if (REFUSALS.has(problem.code)) {
        this.#outbox.remove(entry.client_id);
        this.#onRefused({ conversation, text: entry.text, problem });
      } else if (!again) this.#outbox.fail(entry.client_id, problem.message);
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
