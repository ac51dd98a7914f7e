/** Asks for a note before a conversation is ended. */

import { el, emit } from "../../storefront/chat/base/dom.js";

const LONGEST_NOTE = 500;

export class CloseDialog extends HTMLElement {
  connectedCallback() {
    this.note = el("textarea", { id: "close-note", rows: "3", maxlength: String(LONGEST_NOTE) });
    this.dialog = el(
      "dialog",
      { "aria-labelledby": "close-title" },
      el(
        "form",
        { onsubmit: (event) => this.#submit(event) },
        el("h2", { id: "close-title" }, "结束会话"),
        el("p", { class: "soft" }, "买家会看到人工服务已结束；之后再发消息由智能客服接待。"),
        el("label", { for: "close-note" }, "备注（选填，买家看不到）"),
        this.note,
        el(
          "div",
          { class: "dialog-buttons" },
          el("button", { type: "button", class: "plain", onclick: () => this.dialog.close() }, "取消"),
          el("button", { type: "submit", class: "primary" }, "确认结束"),
        ),
      ),
    );
    this.replaceChildren(this.dialog);
  }

  ask() {
    this.note.value = "";
    this.dialog.showModal();
    this.note.focus();
  }

  #submit(event) {
    event.preventDefault();
    this.dialog.close();
    emit(this, "console-close", this.note.value.trim());
  }
}

customElements.define("close-dialog", CloseDialog);
