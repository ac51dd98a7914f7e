/** Everything the chat shows, in one place. It is changed by the connection and read by the elements; it draws nothing. */

import { FIRST_STATE } from "./protocol.js";

export class ChatStore {
  /** In order of `seq`, without gaps. */
  messages = [];
  state = FIRST_STATE;
  /** `idle`, `connecting`, `open`, `waiting`, `ended` as in base/link.js. */
  line = "idle";
  /** Whether the desk has greeted this page at least once. */
  welcomed = false;
  /** How far the history reaches that the desk promised at the last welcome. */
  promised = 0;
  /** Who is typing: `bot`, `agent` or null. */
  typing = null;
  /** The newest thing that went wrong and belongs to no message, or null. */
  notice = null;
  /** The store and the buyer as the desk calls them. */
  names = { store: "", buyer: "" };
  /** Up to which `seq` the buyer has seen the conversation. */
  read = 0;
  conversation = null;
  #listeners = new Set();
  #entries = () => [];

  /** @param {() => Array} entries the outbox's entries, read whenever they are needed */
  constructor(entries = () => []) {
    this.#entries = entries;
  }

  get lastSeq() {
    return this.messages.length;
  }

  /** Unconfirmed entries of the buyer. A message that came back from the desk is never listed twice. */
  get pending() {
    const known = new Set(this.messages.map((message) => message.client_id));
    return this.#entries().filter((entry) => !known.has(entry.client_id));
  }

  get unread() {
    return this.messages.filter((message) => message.seq > this.read && message.sender !== "buyer").length;
  }

  /** The history as of the last welcome is here. */
  get complete() {
    return this.welcomed && this.lastSeq >= this.promised;
  }

  /** The choices on offer: those of the newest message that has some, gone once the buyer has said anything after it. */
  get choices() {
    if (this.pending.some((entry) => entry.kind === "send")) return [];
    for (const message of this.messages.toReversed()) {
      if (message.sender === "buyer") return [];
      if (message.choices.length > 0) return message.choices;
    }
    return [];
  }

  subscribe(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  change(values = {}) {
    Object.assign(this, values);
    for (const listener of this.#listeners) listener(this);
  }

  /** Take a message in. `"gap"`: something before it is missing, and it was not taken. */
  add(message) {
    if (message.seq <= this.lastSeq) return "known";
    if (message.seq > this.lastSeq + 1) return "gap";
    this.messages.push(message);
    if (message.sender === this.typing) this.typing = null;
    if (message.sender === "buyer") this.read = Math.max(this.read, message.seq);
    this.change();
    return "added";
  }

  /** Another conversation (the desk was set up anew): what is here belongs to the old one. */
  reset() {
    this.change({ messages: [], read: 0, promised: 0, state: FIRST_STATE, typing: null });
  }
}
