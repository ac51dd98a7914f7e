/** The console's end of the wire: the lists, and the conversations that are watched. It resumes each after its last message. */

import { Link } from "../storefront/chat/base/link.js";

const TYPING_LIFE = 30_000;
/** Close codes that mean: log in again, or never from this page. */
const SIGNED_OUT = new Set([4401, 4408]);
const REFUSED = 4403;

export class ConsoleConnection {
  #store;
  #link;
  #timers;
  #isLooking;
  #watched = new Set();
  #asked = new Set();
  #typing = new Map();

  /**
   * @param {Object} options
   * @param {import("./store.js").ConsoleStore} options.store
   * @param {() => WebSocket} options.open
   * @param {() => void} options.onSignedOut
   * @param {(conversation: string) => boolean} options.isLooking whether the agent has it before their eyes
   */
  constructor({ store, open, onSignedOut, isLooking, timers = globalThis, random = Math.random }) {
    this.#store = store;
    this.#timers = timers;
    this.#isLooking = isLooking;
    this.#link = new Link({
      open,
      timers,
      random,
      onOpen: () => {},
      onFrame: (frame) => this.#take(frame),
      onState: (line) => {
        if (line !== "open") this.#asked.clear();
        store.change({ line, greeted: line === "open" && store.greeted });
      },
      afterClose: (code) => {
        if (SIGNED_OUT.has(code)) onSignedOut();
        return SIGNED_OUT.has(code) || code === REFUSED ? "end" : "retry";
      },
    });
  }

  start() {
    this.#link.start();
  }

  stop() {
    for (const timer of this.#typing.values()) this.#timers.clearTimeout(timer);
    this.#link.stop();
  }

  wake() {
    if (this.#link.state === "ended") this.#link.start();
    else this.#link.wake();
  }

  lost() {
    this.#link.restart();
  }

  /** Follow exactly these conversations. */
  watch(conversations) {
    const wanted = new Set(conversations);
    for (const id of this.#watched) {
      if (wanted.has(id)) continue;
      this.#watched.delete(id);
      this.#asked.delete(id);
      this.#store.forget(id);
      this.#link.send({ type: "unwatch", conversation: id });
    }
    for (const id of wanted) {
      if (this.#watched.has(id)) continue;
      this.#watched.add(id);
      if (this.#store.greeted) this.#ask(id);
    }
  }

  typing(conversation, on) {
    if (this.#watched.has(conversation)) this.#link.send({ type: "typing", conversation, on });
  }

  /** Ask for what comes after the last message, once until the desk has shown the state that ends its answer. */
  #ask(conversation) {
    if (this.#asked.has(conversation)) return;
    const after = this.#store.lastSeq(conversation);
    if (this.#link.send({ type: "watch", conversation, after })) this.#asked.add(conversation);
  }

  #take(frame) {
    switch (frame.type) {
      case "hello":
        this.#link.settled();
        this.#store.change({ greeted: true, met: true, agent: frame.agent });
        for (const id of this.#watched) this.#ask(id);
        return;
      case "tickets":
        return this.#store.setTickets(frame.tickets, frame.counts);
      case "message":
        return this.#message(frame);
      case "state":
        if (!this.#watched.has(frame.conversation)) return;
        this.#asked.delete(frame.conversation);
        return this.#store.setState(frame.conversation, frame.state);
      case "typing":
        return this.#typingFrame(frame);
      case "error":
        // A refused watch must not block the next one.
        this.#asked.clear();
        return this.#store.change({ notice: frame.message });
      default:
        // `pong`, and whatever a newer desk says.
    }
  }

  #message({ conversation, message }) {
    if (!this.#watched.has(conversation)) return;
    const taken = this.#store.addMessage(conversation, message, this.#isLooking(conversation));
    if (taken === "gap") this.#ask(conversation);
  }

  #typingFrame({ conversation, on }) {
    if (!this.#watched.has(conversation)) return;
    const set = (typing) => {
      this.#store.conversation(conversation).typing = typing;
      this.#store.change();
    };
    this.#timers.clearTimeout(this.#typing.get(conversation));
    // The sign's end may have been lost.
    if (on) this.#typing.set(conversation, this.#timers.setTimeout(() => set(false), TYPING_LIFE));
    set(on);
  }
}
