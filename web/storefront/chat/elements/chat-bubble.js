/** One message: who says it, what, and for the buyer's own how far it has got. */

import { el, emit, setText } from "../base/dom.js";
import { clockText } from "../base/time.js";
import { senderLabel, sendingLine } from "../view.js";

export class ChatBubble extends HTMLElement {
  #item = null;

  connectedCallback() {
    if (this.text) return;
    this.label = el("span", { class: "label" });
    this.time = el("time", { class: "sr-only" });
    this.badge = el("span", { class: "ai-badge", title: "内容由人工智能生成" }, "AI");
    this.text = el("p", { class: "text" });
    this.status = el("span", {});
    this.again = el("button", { type: "button", class: "link-button", onclick: () => emit(this, "chat-retry", this.#item.client_id) }, "重新发送");
    this.why = el("span", { class: "why" });
    this.foot = el("div", { class: "foot" }, this.status, this.why, this.again);
    this.append(el("div", { class: "who" }, this.label, this.badge, this.time), this.text, this.foot);
    if (this.#item !== null) this.#draw();
  }

  /** @param {{message: Object, pending: boolean, failed: string|null, open: boolean, last: boolean}} item */
  show(item) {
    this.#item = { ...item, client_id: item.message.client_id };
    if (this.text) this.#draw();
  }

  #draw() {
    const { message, failed } = this.#item;
    this.dataset.sender = message.sender;
    setText(this.label, senderLabel(message));
    this.badge.hidden = message.sender !== "bot";
    setText(this.time, message.at ? clockText(message.at) : "");
    this.time.dateTime = message.at ?? "";
    setText(this.text, message.text);
    const line = message.sender === "buyer" ? sendingLine(this.#item) : null;
    this.dataset.status = line?.kind ?? "none";
    this.foot.hidden = line === null;
    setText(this.status, line?.text ?? "");
    setText(this.why, failed ?? "");
    this.again.hidden = !line?.retry;
  }
}

customElements.define("chat-bubble", ChatBubble);
