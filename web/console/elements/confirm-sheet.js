/** Asks why a reply that the door warned of is sent all the same. */

import { el, setText } from "../../storefront/chat/base/dom.js";

export const OTHER = "其他";
export const REASONS = Object.freeze(["买家原话", "已与主管确认", "规则误判", OTHER]);
/** So that what was chosen and what was added to it fit into the longest reason the desk takes. */
const LONGEST_NOTE = 180;
const LONGEST_REASON = 200;

export class ConfirmSheet extends HTMLElement {
  #answer = null;
  #settle = () => {};

  connectedCallback() {
    this.what = el("ul", { class: "warned" });
    this.radios = REASONS.map((reason) =>
      el("input", { type: "radio", name: "confirm-reason", value: reason, required: true, onchange: () => this.#choose() }),
    );
    this.other = el("input", { id: "confirm-other", minlength: "2", maxlength: String(LONGEST_NOTE), autocomplete: "off" });
    this.name = el("label", { for: "confirm-other" });
    this.more = el("p", { class: "more" }, this.name, this.other);
    this.form = el(
      "form",
      { onsubmit: (event) => this.#submit(event) },
      el("h2", { id: "confirm-title" }, "确认后再发"),
      this.what,
      el(
        "fieldset",
        { class: "reasons" },
        el("legend", {}, "为什么仍要这样发"),
        ...this.radios.map((radio) => el("label", {}, radio, radio.value)),
      ),
      this.more,
      el(
        "div",
        { class: "dialog-buttons" },
        el("button", { type: "button", class: "plain", onclick: () => this.dialog.close() }, "返回修改"),
        el("button", { type: "submit", class: "primary" }, "仍然发送"),
      ),
    );
    this.dialog = el("dialog", { "aria-labelledby": "confirm-title", onclose: () => this.#settle(this.#answer) }, this.form);
    this.replaceChildren(this.dialog);
  }

  /** @returns {Promise<{reason: string, kinds: string[]}|null>} null when the agent goes back to the text */
  ask(violations) {
    this.#answer = null;
    this.kinds = [...new Set(violations.map(({ kind }) => kind))];
    this.what.replaceChildren(
      ...violations.map((one) => el("li", {}, el("q", {}, one.span), ` ${one.title}：${one.why}`)),
    );
    this.form.reset();
    this.#choose();
    this.dialog.showModal();
    this.radios[0].focus();
    return new Promise((resolve) => (this.#settle = resolve));
  }

  #choose() {
    const other = this.radios.at(-1).checked;
    setText(this.name, other ? "写明原因" : "补充说明（选填）");
    this.other.required = other;
  }

  #submit(event) {
    event.preventDefault();
    const chosen = this.radios.find((radio) => radio.checked)?.value;
    const more = this.other.value.trim();
    // Two blanks pass the browser's own check.
    if (chosen === OTHER && more.length < 2) return this.other.focus();
    const reason = (chosen === OTHER ? more : more ? `${chosen}：${more}` : chosen).slice(0, LONGEST_REASON);
    this.#answer = { reason, kinds: this.kinds };
    this.dialog.close();
  }
}

customElements.define("confirm-sheet", ConfirmSheet);
