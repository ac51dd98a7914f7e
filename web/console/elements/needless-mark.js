/** On the handoff card: was this handoff needed? One press says no, another takes that back; a reason may follow. */

import { el, emit, setText } from "../../storefront/chat/base/dom.js";
import { LONGEST_NOTE, asNeedless, markOf, withNote } from "../marks.js";

export class NeedlessMark extends HTMLElement {
  #seq = null;
  #ticket = null;
  #mark = null;

  connectedCallback() {
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", "这次转接需要吗");
    this.button = el("button", { type: "button", class: "choice", onclick: () => this.#press() });
    this.note = el("input", { id: "needless-note", maxlength: String(LONGEST_NOTE), autocomplete: "off" });
    this.form = el(
      "form",
      { class: "needless-note", onsubmit: (event) => this.#save(event) },
      el("label", { for: "needless-note" }, "为什么不必要（选填）"),
      el("div", { class: "in-line" }, this.note, el("button", { type: "submit", class: "choice" }, "保存")),
    );
    this.told = el("p", { class: "soft", role: "status" });
    this.replaceChildren(this.button, this.form, this.told);
  }

  /** @param {Object|null} message the buyer's message that led to the handoff; null when none did */
  show(ticket, message, agent) {
    this.hidden = message === null;
    if (message === null) return;
    const mark = markOf(message, agent);
    const isNew = this.#ticket !== ticket.id || this.#seq !== message.seq || (this.#mark === null) !== (mark === null);
    this.#ticket = ticket.id;
    this.#seq = message.seq;
    this.#mark = mark;
    const marked = mark?.kind === "needless";
    setText(this.button, marked ? "已标记 · 撤销" : "这次转接不必要");
    this.form.hidden = !marked;
    // What is being typed is not overwritten by what the desk sends.
    if (isNew) this.note.value = mark?.note ?? "";
    setText(this.told, marked && mark.note ? "已记下原因" : "");
  }

  #press() {
    const marked = this.#mark?.kind === "needless";
    emit(this, marked ? "console-unmark" : "console-mark", {
      seq: this.#seq,
      mark: marked ? null : asNeedless(this.#mark, this.#ticket),
    });
  }

  #save(event) {
    event.preventDefault();
    emit(this, "console-mark", { seq: this.#seq, mark: withNote(this.#mark, this.note.value) });
  }
}

customElements.define("needless-mark", NeedlessMark);
