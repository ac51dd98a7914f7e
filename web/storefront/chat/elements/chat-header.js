/** Store name, the line that says who answers right now, and the button that closes the panel. */

import { el, emit, setText } from "../base/dom.js";
import { stateLine } from "../view.js";

export class ChatHeader extends HTMLElement {
  connectedCallback() {
    this.name = el("h2", { class: "store-name", id: "chat-title" }, "在线客服");
    this.badge = el("span", { class: "ai-badge", hidden: true }, "AI");
    this.words = el("span", { "data-testid": "state-line" });
    this.line = el(
      "p",
      { class: "state-line", role: "status" },
      el("span", { class: "dot", "aria-hidden": "true" }),
      this.words,
      this.badge,
    );
    this.replaceChildren(
      el("div", { class: "titles" }, this.name, this.line),
      el(
        "button",
        { type: "button", class: "icon-button", "aria-label": "收起聊天窗口", onclick: () => emit(this, "chat-close") },
        el("span", { class: "close-icon", "aria-hidden": "true" }),
      ),
    );
  }

  show(store) {
    const { kind, text } = stateLine(store);
    if (store.names.store) setText(this.name, store.names.store);
    this.line.dataset.kind = kind;
    setText(this.words, text);
    this.badge.hidden = kind !== "bot";
  }
}

customElements.define("chat-header", ChatHeader);
