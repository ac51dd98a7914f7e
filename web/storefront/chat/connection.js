/**
 * The buyer's end of the wire: hello, resume after the last message, notice gaps, and send what is in the outbox, one
 * after the other, until the desk has confirmed it.
 */

import { newId } from "./base/ids.js";
import { Link } from "./base/link.js";
import { REFUSED, TOKEN_OVER, stateOf } from "./protocol.js";

/** A frame not confirmed within this (ms) means that the line is dead. */
const CONFIRM = 10_000;
/** Milliseconds before a message is tried again that the desk could not store just now. */
const TRY_AGAIN = 3_000;
/** A typing sign is forgotten after this (ms): its end may have been lost. */
const TYPING_LIFE = 30_000;
/** A fresh token is fetched this long (ms) before the old one ends. */
const RENEW_BEFORE = 60_000;
/** So many refused tokens in a row, and no further one is tried. */
const MOST_REFUSALS = 3;

export class Connection {
  #store;
  #outbox;
  #getToken;
  #timers;
  #now;
  #link;
  #token = null;
  #refusals = 0;
  #ready = false;
  #asked = false;
  #flying = null;
  #flyingTimer = null;
  #renewTimer = null;
  #typingTimer = null;
  #ids;
  /** The hello that is being prepared; a later one makes an earlier one void. */
  #attempt = null;
  /** Confirmed, but the row itself has not arrived yet. */
  #acked = new Set();

  /**
   * @param {Object} options
   * @param {import("./store.js").ChatStore} options.store
   * @param {import("./outbox.js").Outbox} options.outbox
   * @param {(previous: string|null) => Promise<{token: string, expires_at: string}>} options.getToken asks the shop
   * @param {() => WebSocket} options.open
   */
  constructor({ store, outbox, getToken, open, timers = globalThis, random = Math.random, now = Date.now, ids = newId }) {
    this.#store = store;
    this.#outbox = outbox;
    this.#getToken = getToken;
    this.#timers = timers;
    this.#now = now;
    this.#ids = ids;
    this.#link = new Link({
      open,
      timers,
      random,
      onOpen: () => this.#hello(),
      onFrame: (frame) => this.#take(frame),
      onState: (state) => this.#lineChanged(state),
      afterClose: (code) => this.#afterClose(code),
    });
  }

  start() {
    this.#link.start();
  }

  stop() {
    this.#timers.clearTimeout(this.#renewTimer);
    this.#timers.clearTimeout(this.#typingTimer);
    this.#link.stop();
  }

  /** The browser says that the network is gone: believe it before the socket notices. */
  lost() {
    this.#link.restart();
  }

  /** Try at once instead of later. */
  wake() {
    if (this.#link.state === "ended") {
      this.#refusals = 0;
      this.#link.start();
    } else this.#link.wake();
  }

  /** Say something. It is kept before it is sent. */
  send(text, choice = null) {
    this.#outbox.add({ client_id: this.#ids("w"), kind: "send", text, choice });
    this.#store.change({ notice: null });
    this.#flush();
  }

  /** Press one of the fixed buttons. A second press while the first is on its way is the same wish. */
  act(name) {
    if (this.#outbox.entries.some((entry) => entry.kind === "action" && entry.name === name)) return;
    this.#outbox.add({ client_id: this.#ids("w"), kind: "action", name });
    this.#store.change({ notice: null });
    this.#flush();
  }

  /** Send again what the desk refused, or hurry what waits for the network. */
  retry(clientId) {
    if (this.#outbox.get(clientId)?.failed != null) this.#outbox.again(clientId, this.#ids("w"));
    this.#store.change();
    this.wake();
    this.#flush();
  }

  typing(on) {
    if (this.#ready) this.#link.send({ type: "typing", on });
  }

  async #hello() {
    const attempt = (this.#attempt = Symbol("hello"));
    try {
      if (this.#token === null) await this.#fetchToken();
    } catch (problem) {
      if (attempt !== this.#attempt) return;
      if (problem?.retry === false) {
        this.#store.change({ notice: problem.message });
        return this.#link.stop();
      }
      return this.#link.restart();
    }
    if (attempt === this.#attempt) this.#link.send({ type: "hello", token: this.#token, after: this.#store.lastSeq });
  }

  async #fetchToken() {
    const { token, expires_at } = await this.#getToken(this.#token);
    this.#token = token;
    this.#timers.clearTimeout(this.#renewTimer);
    const left = Date.parse(expires_at) - this.#now() - RENEW_BEFORE;
    this.#renewTimer = this.#timers.setTimeout(() => this.#renew(), Math.max(1_000, left));
  }

  async #renew() {
    try {
      await this.#fetchToken();
      this.#link.send({ type: "renew", token: this.#token });
    } catch {
      // The old token still holds for a while; when it ends, the close asks for a fresh one again.
    }
  }

  #lineChanged(line) {
    if (line !== "open") {
      this.#ready = false;
      this.#attempt = null;
      this.#land();
    }
    this.#store.change({ line, typing: line === "open" ? this.#store.typing : null });
  }

  #afterClose(code) {
    if (TOKEN_OVER.has(code)) {
      this.#token = null;
      this.#refusals += 1;
    }
    return REFUSED.has(code) || this.#refusals >= MOST_REFUSALS ? "end" : "retry";
  }

  #take(frame) {
    switch (frame.type) {
      case "welcome":
        return this.#welcome(frame);
      case "message":
        return this.#message(frame);
      case "ack":
        return this.#confirmed(frame.client_id);
      case "state":
        return this.#state(frame);
      case "typing":
        return this.#typingFrame(frame);
      case "error":
        return this.#error(frame);
      default:
        // `pong`, and whatever a newer desk says.
    }
  }

  #welcome(frame) {
    const store = this.#store;
    this.#refusals = 0;
    this.#asked = false;
    this.#link.settled();
    if (store.conversation !== null && (store.conversation !== frame.conversation || frame.last_seq < store.lastSeq)) {
      store.reset();
      this.#acked.clear();
      store.change({ conversation: frame.conversation });
      return this.#ask();
    }
    store.change({
      conversation: frame.conversation,
      names: { store: frame.store.name, buyer: frame.buyer.name },
      state: stateOf(frame.state),
      promised: frame.last_seq,
      // The mark is kept by the browser; a desk set up anew must not find everything read.
      read: Math.min(store.read, frame.last_seq),
      welcomed: true,
      notice: null,
    });
    this.#ready = true;
    this.#flush();
  }

  #message(frame) {
    const { type: _, ...message } = frame;
    if (this.#store.add(message) === "gap") return this.#ask();
    if (message.client_id !== null && this.#outbox.has(message.client_id)) this.#confirmed(message.client_id);
  }

  /** Ask for everything after the last message; once, until the desk has greeted again. */
  #ask() {
    if (this.#asked) return;
    this.#asked = this.#link.send({ type: "hello", token: this.#token, after: this.#store.lastSeq });
  }

  #state(frame) {
    const flying = this.#flying && this.#outbox.get(this.#flying);
    this.#store.change({ state: stateOf(frame) });
    if (flying?.kind === "action") this.#confirmed(flying.client_id);
  }

  #typingFrame({ who, on }) {
    this.#timers.clearTimeout(this.#typingTimer);
    if (on) this.#typingTimer = this.#timers.setTimeout(() => this.#store.change({ typing: null }), TYPING_LIFE);
    this.#store.change({ typing: on ? who : null });
  }

  #error(frame) {
    const entry = frame.client_id === null ? null : this.#outbox.get(frame.client_id);
    if (entry === null) return this.#store.change({ notice: frame.message });
    this.#land();
    if (frame.retry) {
      this.#flyingTimer = this.#timers.setTimeout(() => this.#flush(), TRY_AGAIN);
      return this.#store.change({ notice: frame.message });
    }
    if (entry.kind === "action") {
      this.#outbox.remove(entry.client_id);
      this.#store.change({ notice: frame.message });
    } else {
      this.#outbox.fail(entry.client_id, frame.message);
      this.#store.change();
    }
    this.#flush();
  }

  #confirmed(clientId) {
    const entry = this.#outbox.get(clientId);
    if (clientId === this.#flying) this.#land();
    // The row comes with its own frame; until then the bubble must stay, so only what has no row goes now.
    if (entry?.kind === "action" || this.#store.messages.some((message) => message.client_id === clientId)) {
      this.#outbox.remove(clientId);
      this.#acked.delete(clientId);
    } else if (entry) this.#acked.add(clientId);
    this.#store.change({ notice: null });
    this.#flush();
  }

  /** Send the oldest entry. One at a time: a retry can then never overtake what was said after it. */
  #flush() {
    if (!this.#ready || this.#flying !== null) return;
    const entry = this.#outbox.entries.find((one) => one.failed === null && !this.#acked.has(one.client_id));
    if (entry === undefined) return;
    const { client_id, kind, text, choice, name } = entry;
    const sent = this.#link.send(
      kind === "action" ? { type: "action", client_id, name } : { type: "send", client_id, text, choice },
    );
    if (!sent) return;
    this.#flying = client_id;
    this.#timers.clearTimeout(this.#flyingTimer);
    this.#flyingTimer = this.#timers.setTimeout(() => this.#link.restart(), CONFIRM);
  }

  #land() {
    this.#flying = null;
    this.#timers.clearTimeout(this.#flyingTimer);
  }
}
