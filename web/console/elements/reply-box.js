/** Where the agent writes. Locked until the ticket is theirs; what was begun is kept for each conversation. */

import { el, emit, isComposing, setText } from "../../storefront/chat/base/dom.js";
import { LONGEST_TEXT, lengthOf } from "../../storefront/chat/protocol.js";
import { counter } from "../../storefront/chat/view.js";

const STILL = 4000;
const REPEAT = 5000;

export class ReplyBox extends HTMLElement {
  /** Reads and writes the draft of a conversation. @type {{get(id: string): string, set(id: string, text: string): void}} */
  drafts = { get: () => "", set: () => {} };
  #conversation = null;
  #typingSince = 0;
  #still = null;

  connectedCallback() {
    this.box = el("textarea", {
      rows: "3",
      "aria-label": "回复买家",
      "aria-describedby": "reply-hint reply-count",
      oninput: () => this.#changed(),
      onkeydown: (event) => this.#key(event),
    });
    this.button = el("button", { type: "submit", class: "primary" }, "发送");
    this.hint = el("span", { class: "hint", id: "reply-hint" });
    this.count = el("span", { class: "counter", id: "reply-count" });
    this.replaceChildren(
      el(
        "form",
        { onsubmit: (event) => this.#submit(event) },
        this.box,
        el("div", { class: "under" }, this.hint, this.count, this.button),
      ),
    );
  }

  disconnectedCallback() {
    clearTimeout(this.#still);
  }

  show(ticket, store) {
    if (ticket.conversation !== this.#conversation) {
      this.#typing(false);
      this.#conversation = ticket.conversation;
      this.box.value = this.drafts.get(ticket.conversation);
    }
    const mine = store.isMine(ticket);
    this.box.readOnly = !mine;
    this.box.placeholder = mine ? "输入回复" : locked(ticket);
    setText(this.hint, mine ? "Enter 发送，Shift+Enter 换行" : locked(ticket));
    this.#draw();
  }

  #draw() {
    const text = this.box.value;
    const { text: words, over, near } = counter(lengthOf(text.trim()), LONGEST_TEXT);
    setText(this.count, words);
    this.count.dataset.level = over ? "over" : near ? "near" : "fine";
    this.button.disabled = this.box.readOnly || over || !text.trim();
  }

  #key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.altKey || isComposing(event)) return;
    event.preventDefault();
    this.#submit(event);
  }

  #submit(event) {
    event.preventDefault();
    this.#draw();
    if (this.button.disabled) return;
    const text = this.box.value.trim();
    this.box.value = "";
    this.drafts.set(this.#conversation, "");
    this.#typing(false);
    this.#draw();
    emit(this, "console-reply", text);
    this.box.focus();
  }

  #changed() {
    this.drafts.set(this.#conversation, this.box.value);
    this.#draw();
    this.#typing(Boolean(this.box.value.trim()));
  }

  #typing(on) {
    clearTimeout(this.#still);
    const now = Date.now();
    const say = (value) => emit(this, "console-typing", { conversation: this.#conversation, on: value });
    if (on) {
      if (now - this.#typingSince > REPEAT) {
        this.#typingSince = now;
        say(true);
      }
      this.#still = setTimeout(() => this.#typing(false), STILL);
    } else if (this.#typingSince > 0) {
      this.#typingSince = 0;
      say(false);
    }
  }
}

function locked(ticket) {
  if (ticket.state === "waiting") return "接入后才能回复";
  if (ticket.state === "assigned") return `由客服 ${ticket.agent?.name ?? ""} 接待`;
  return "会话已结束";
}

customElements.define("reply-box", ReplyBox);
