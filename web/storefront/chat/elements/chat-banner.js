/** The thin line about the connection, and the one about the last thing that went wrong. */

import { el, emit, setText } from "../base/dom.js";
import { connectionLine } from "../view.js";

const RESTORED_FOR = 2500;

export class ChatBanner extends HTMLElement {
  #wasLost = false;
  #timer = null;

  connectedCallback() {
    this.words = el("span", {});
    this.again = el("button", { type: "button", class: "link-button", onclick: () => emit(this, "chat-reconnect") }, "重新连接");
    this.line = el("div", { class: "banner", role: "status", "data-testid": "connection" }, this.words);
    this.notice = el("div", { class: "notice", role: "alert", "data-testid": "notice" });
    this.replaceChildren(this.line, this.notice);
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
  }

  show(store) {
    const said = connectionLine(store);
    if (said !== null) {
      clearTimeout(this.#timer);
      this.#wasLost = said.kind !== "first";
      this.#say(said.text, said.kind);
    } else if (this.#wasLost) {
      this.#wasLost = false;
      this.#say("网络已恢复", "restored");
      this.#timer = setTimeout(() => this.#say("", "none"), RESTORED_FOR);
    } else if (this.line.dataset.kind !== "restored") this.#say("", "none");
    setText(this.notice, store.notice ?? "");
  }

  #say(text, kind) {
    this.line.dataset.kind = kind;
    setText(this.words, text);
    if (kind === "ended") this.line.append(this.again);
    else this.again.remove();
  }
}

customElements.define("chat-banner", ChatBanner);
