/** The button in the corner that opens the chat, with the number of unread messages. */

import { el, emit, setText } from "../base/dom.js";

export class ChatLauncher extends HTMLElement {
  connectedCallback() {
    this.count = el("span", { class: "count", "aria-hidden": "true", hidden: true });
    this.button = el(
      "button",
      { type: "button", class: "launcher", "aria-haspopup": "dialog", onclick: () => emit(this, "chat-open") },
      el("span", { class: "launcher-icon", "aria-hidden": "true" }),
      el("span", {}, "在线客服"),
      this.count,
    );
    this.replaceChildren(this.button);
  }

  show({ unread }, open) {
    this.button.setAttribute("aria-expanded", String(open));
    this.button.setAttribute("aria-label", unread ? `在线客服，${unread} 条未读消息` : "在线客服");
    this.count.hidden = unread === 0;
    setText(this.count, unread > 99 ? "99+" : String(unread));
  }

  focus() {
    this.button.focus();
  }
}

customElements.define("chat-launcher", ChatLauncher);
