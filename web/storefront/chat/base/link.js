/**
 * A socket that comes back by itself: it waits longer after each failure, notices when the other side has gone silent,
 * and stops only when told, or when a close code says that trying again is useless. It knows no protocol.
 */

const FIRST_WAIT = 500;
const LONGEST_WAIT = 15_000;
/** A quiet line is tested this often, and given up when the answer takes longer than the second number. */
const QUIET = 20_000;
const ANSWER = 8_000;
/** A socket that does not open within this is given up. */
const OPENING = 10_000;
/** A line that greets and dies at once is not in order: only after this long does the next wait begin short again. */
const STEADY = 5_000;

export const TIMES = Object.freeze({ FIRST_WAIT, LONGEST_WAIT, QUIET, ANSWER, OPENING, STEADY });

/** Milliseconds before try number `attempt` (from 0): doubling, and spread so that a crowd does not return at once. */
export function waitBefore(attempt, random = Math.random) {
  const longest = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** attempt);
  return Math.round(longest * (0.5 + random() / 2));
}

export class Link {
  #options;
  #socket = null;
  #attempt = 0;
  #retry = null;
  #watch = null;
  #steady = null;
  #state = "idle";

  /**
   * @param {Object} options
   * @param {() => WebSocket} options.open makes a socket
   * @param {(link: Link) => void} options.onOpen the socket is open: say hello
   * @param {(frame: Object) => void} options.onFrame a JSON object arrived
   * @param {(state: "idle"|"connecting"|"open"|"waiting"|"ended") => void} options.onState
   * @param {(code: number) => "retry"|"end"} options.afterClose what a close code means
   * @param {{setTimeout: Function, clearTimeout: Function}} [options.timers]
   * @param {() => number} [options.random]
   */
  constructor(options) {
    this.#options = { timers: globalThis, random: Math.random, ...options };
  }

  get state() {
    return this.#state;
  }

  /** Connect, and stay connected. */
  start() {
    if (this.#state === "idle" || this.#state === "ended") this.#connect();
  }

  /** Disconnect for good. */
  stop() {
    this.#forget();
    this.#set("ended");
  }

  /** The network is back, or a person is waiting: try now instead of later. An open line is tested. */
  wake() {
    if (this.#state === "waiting") {
      this.#attempt = 0;
      this.#connect();
    } else if (this.#state === "open") this.#test();
  }

  /** The frames that were promised an answer got none: this socket is dead, whatever it says. */
  restart() {
    if (this.#state === "open" || this.#state === "connecting") this.#lost(0);
  }

  /** The other side has greeted. When the line then holds, the next failure begins with a short wait again. */
  settled() {
    const { timers } = this.#options;
    timers.clearTimeout(this.#steady);
    this.#steady = timers.setTimeout(() => (this.#attempt = 0), STEADY);
  }

  /** Send a frame; false when the line is down. */
  send(frame) {
    if (this.#state !== "open") return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  #connect() {
    this.#forget();
    this.#set("connecting");
    const socket = this.#options.open();
    this.#socket = socket;
    this.#after(OPENING, () => this.#lost(0));
    const mine = (handle) => (event) => socket === this.#socket && handle(event);
    socket.onopen = mine(() => {
      this.#set("open");
      this.#listen();
      this.#options.onOpen(this);
    });
    socket.onmessage = mine((event) => {
      this.#listen();
      const frame = parse(event.data);
      if (frame !== null) this.#options.onFrame(frame);
    });
    socket.onclose = mine((event) => this.#lost(event.code));
  }

  #lost(code) {
    this.#forget();
    if (this.#options.afterClose(code) === "end") return this.#set("ended");
    const wait = waitBefore(this.#attempt, this.#options.random);
    this.#attempt += 1;
    this.#retry = this.#options.timers.setTimeout(() => this.#connect(), wait);
    this.#set("waiting");
  }

  /** Something was heard: the line is alive; test it when it falls silent. */
  #listen() {
    this.#after(QUIET, () => this.#test());
  }

  #test() {
    this.send({ type: "ping" });
    this.#after(ANSWER, () => this.#lost(0));
  }

  #after(milliseconds, work) {
    this.#options.timers.clearTimeout(this.#watch);
    this.#watch = this.#options.timers.setTimeout(work, milliseconds);
  }

  #forget() {
    this.#options.timers.clearTimeout(this.#retry);
    this.#options.timers.clearTimeout(this.#watch);
    this.#options.timers.clearTimeout(this.#steady);
    const socket = this.#socket;
    this.#socket = null;
    if (socket !== null) socket.close();
  }

  #set(state) {
    if (state === this.#state) return;
    this.#state = state;
    this.#options.onState(state);
  }
}

function parse(text) {
  try {
    const frame = JSON.parse(text);
    return frame !== null && typeof frame === "object" && !Array.isArray(frame) ? frame : null;
  } catch {
    return null;
  }
}
