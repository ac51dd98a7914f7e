/** The messages in order, with times between them, the sign that somebody types, and the way down to the newest. */

import { el, keyed, setText } from "../base/dom.js";
import { dayText, needsSeparator } from "../base/time.js";
import { typingText } from "../view.js";
import "./chat-bubble.js";

/** So far (px) from the end still counts as being at the end. */
const NEAR = 60;

export class ChatLog extends HTMLElement {
  #seen = 0;
  /** Whether the newest message is to stay in sight; scrolling up by hand ends it. */
  #stick = true;
  #resized = new ResizeObserver(() => this.#stick && this.toEnd());

  connectedCallback() {
    this.list = el("div", {
      class: "messages",
      role: "log",
      "aria-live": "polite",
      "aria-relevant": "additions",
      "aria-label": "聊天记录",
      "aria-busy": "true",
      tabindex: "0",
    });
    this.typing = el(
      "div",
      { class: "typing", hidden: true, role: "status", "data-testid": "typing" },
      el("span", { class: "sr-only" }),
      el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i")),
    );
    this.down = el("button", { type: "button", class: "down", hidden: true, onclick: () => this.toEnd() }, "有新消息 ↓");
    this.replaceChildren(this.list, this.typing, this.down);
    this.list.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    // Choices and offers below take height away: what was in sight must stay so.
    this.#resized.observe(this.list);
  }

  disconnectedCallback() {
    this.#resized.disconnect();
  }

  show(store) {
    const items = itemsOf(store, Date.now());
    // A reader would read out the whole history while it loads.
    this.list.setAttribute("aria-busy", String(!store.complete));
    keyed(this.list, items, make, (node, item) => (item.separator === undefined ? node.show(item) : undefined));
    this.typing.hidden = store.typing === null;
    setText(this.typing.firstElementChild, typingText(store.typing));
    const more = items.length > this.#seen;
    this.#seen = items.length;
    const own = items.at(-1)?.message?.sender === "buyer";
    if (this.#stick || (more && own)) this.toEnd();
    else if (more) this.down.hidden = false;
  }

  toEnd() {
    this.#stick = true;
    this.list.scrollTop = this.list.scrollHeight;
    this.down.hidden = true;
  }

  #scrolled() {
    this.#stick = this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < NEAR;
    if (this.#stick) this.down.hidden = true;
  }
}

/** Messages, then what is on its way, each with a key that stays the same when it is confirmed. */
function itemsOf(store, now) {
  const items = [];
  let previous = null;
  const lastOwn = store.messages.findLast((message) => message.sender === "buyer");
  const put = (key, at, item) => {
    if (needsSeparator(previous, at)) items.push({ key: `time:${key}`, separator: dayText(at, now) });
    previous = at;
    items.push({ key, ...item });
  };
  for (const message of store.messages) {
    const key = message.sender === "buyer" && message.client_id ? message.client_id : `seq:${message.seq}`;
    put(key, message.at, { message, pending: false, failed: null, open: true, last: message === lastOwn });
  }
  const open = store.line === "open" && store.welcomed;
  for (const { client_id, kind, text, at, failed } of store.pending) {
    if (kind !== "send") continue;
    const message = { sender: "buyer", name: "", text, client_id, at: null };
    put(client_id, new Date(at).toISOString(), { message, pending: true, failed, open, last: false });
  }
  return items;
}

function make(item) {
  if (item.separator !== undefined) return el("div", { class: "separator" }, item.separator);
  return document.createElement("chat-bubble");
}

customElements.define("chat-log", ChatLog);
