/** Where the buyer writes. Enter sends, Shift+Enter breaks the line, and an input method's Enter does neither. */

import { el, emit, isComposing, setText } from "../base/dom.js";
import { LONGEST_TEXT, lengthOf } from "../protocol.js";
import { counter } from "../view.js";

/** Milliseconds without a key after which the buyer is no longer typing, and how often the sign is repeated. */
const STILL = 4000;
const REPEAT = 5000;

export class ChatComposer extends HTMLElement {
  #typingSince = 0;
  #still = null;

  connectedCallback() {
    this.box = el("textarea", {
      rows: "1",
      placeholder: "请输入您的问题",
      "aria-label": "输入消息",
      "aria-describedby": "chat-hint chat-count",
      enterkeyhint: "send",
      autocomplete: "off",
      oninput: () => this.#changed(),
      onkeydown: (event) => this.#key(event),
    });
    this.send = el("button", { type: "submit", class: "primary send" }, "发送");
    this.count = el("span", { class: "counter", id: "chat-count", "data-testid": "counter" });
    this.replaceChildren(
      el(
        "form",
        { onsubmit: (event) => this.#submit(event) },
        el("div", { class: "write" }, this.box, this.send),
        el(
          "div",
          { class: "under" },
          el("span", { class: "hint", id: "chat-hint" }, "Enter 发送，Shift+Enter 换行"),
          this.count,
        ),
      ),
    );
    this.#changed(false);
  }

  disconnectedCallback() {
    clearTimeout(this.#still);
  }

  get value() {
    return this.box.value;
  }

  set value(text) {
    this.box.value = text;
    this.#changed(false);
  }

  focus() {
    this.box.focus();
  }

  #key(event) {
    if (event.key !== "Enter" || event.shiftKey || isComposing(event)) return;
    event.preventDefault();
    this.#submit(event);
  }

  #submit(event) {
    event.preventDefault();
    const text = this.box.value.trim();
    if (!text || lengthOf(text) > LONGEST_TEXT) return;
    this.value = "";
    this.#typing(false);
    emit(this, "chat-draft", "");
    emit(this, "chat-send", text);
    this.box.focus();
  }

  #changed(byHand = true) {
    const text = this.box.value;
    const { text: words, over, near } = counter(lengthOf(text.trim()), LONGEST_TEXT);
    setText(this.count, over ? `${words}，请分几条发送` : words);
    this.count.dataset.level = over ? "over" : near ? "near" : "fine";
    this.send.disabled = over || !text.trim();
    this.box.setAttribute("aria-invalid", String(over));
    this.box.rows = Math.min(5, Math.max(1, text.split("\n").length, Math.ceil(lengthOf(text) / 20)));
    if (!byHand) return;
    emit(this, "chat-draft", text);
    this.#typing(Boolean(text.trim()));
  }

  #typing(on) {
    clearTimeout(this.#still);
    const now = Date.now();
    if (on) {
      if (now - this.#typingSince > REPEAT) {
        this.#typingSince = now;
        emit(this, "chat-typing", true);
      }
      this.#still = setTimeout(() => this.#typing(false), STILL);
    } else if (this.#typingSince > 0) {
      this.#typingSince = 0;
      emit(this, "chat-typing", false);
    }
  }
}

customElements.define("chat-composer", ChatComposer);
