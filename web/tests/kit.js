/** What the tests stand on: a clock that is moved by hand, a socket whose other end is the test, and message builders. */

export class FakeTimers {
  now = Date.parse("2026-11-22T02:00:00Z");
  #next = 1;
  #waiting = new Map();

  setTimeout = (work, delay) => {
    this.#waiting.set(this.#next, { work, at: this.now + delay });
    return this.#next++;
  };

  clearTimeout = (id) => this.#waiting.delete(id);

  /** Let time pass; what falls due runs in order. */
  pass(milliseconds) {
    const end = this.now + milliseconds;
    for (;;) {
      const due = [...this.#waiting].filter(([, { at }]) => at <= end).sort((a, b) => a[1].at - b[1].at)[0];
      if (!due) break;
      this.#waiting.delete(due[0]);
      this.now = due[1].at;
      due[1].work();
    }
    this.now = end;
  }
}

/** Every socket that was opened, newest last. */
export class FakeNetwork {
  sockets = [];

  open = () => {
    const socket = {
      sent: [],
      closed: false,
      send: (text) => socket.sent.push(JSON.parse(text)),
      close: () => (socket.closed = true),
      opens: () => socket.onopen({}),
      says: (frame) => socket.onmessage({ data: typeof frame === "string" ? frame : JSON.stringify(frame) }),
      drops: (code = 1006) => socket.onclose({ code }),
      frames: (type) => socket.sent.filter((frame) => frame.type === type),
    };
    this.sockets.push(socket);
    return socket;
  };

  get socket() {
    return this.sockets.at(-1);
  }

  /** Let time pass until the next socket is opened; answers how long that took. */
  nextSocket(timers) {
    const [known, begun] = [this.sockets.length, timers.now];
    while (this.sockets.length === known && timers.now - begun < 60_000) timers.pass(50);
    return timers.now - begun;
  }
}

/** As much of the browser's storage as is used. */
export class FakeStorage {
  #items = new Map();
  get length() {
    return this.#items.size;
  }
  key(index) {
    return [...this.#items.keys()][index] ?? null;
  }
  getItem(key) {
    return this.#items.get(key) ?? null;
  }
  setItem(key, value) {
    this.#items.set(key, value);
  }
  removeItem(key) {
    this.#items.delete(key);
  }
}

export function message(seq, values = {}) {
  return {
    seq, id: `m_${seq}`, client_id: null, sender: "bot", name: "智能客服", text: `第${seq}条`, choices: [],
    at: "2026-11-22T10:00:00.000+08:00", ...values,
  };
}

export const messageFrame = (seq, values) => ({ type: "message", ...message(seq, values) });

export const state = (values = {}) => ({ owner: "bot", epoch: 1, queue: null, agent: null, return_offered: false, ...values });

export const stateFrame = (values) => ({ type: "state", ...state(values) });

export function welcome(values = {}) {
  return {
    type: "welcome", conversation: "c_1", store: { id: "jd-digital", name: "鲸跃数码旗舰店" },
    buyer: { name: "林女士", guest: false }, state: state(), last_seq: 0, ...values,
  };
}

/** Let everything that was promised happen. */
export const settle = () => new Promise((resolve) => setImmediate(resolve));
