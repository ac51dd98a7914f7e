/** Under a buyer's message: what agents said about its reading, and a quiet menu to say so. */

import { el, emit, keyed, setText } from "../../storefront/chat/base/dom.js";
import { asMeant, asMissed, groupsOf, markOf, markText } from "../marks.js";

let made = 0;

export class MarkMenu extends HTMLElement {
  #message = null;
  #mark = null;
  #intents = null;

  constructor() {
    super();
    // Made here and put in place later: it is told what to show before it stands in the page.
    const id = `mark-menu-${(made += 1)}`;
    this.button = el("button", { type: "button", class: "quiet", "aria-expanded": "false", "aria-controls": id, onclick: () => this.#open(this.panel.hidden) });
    this.said = el("ul", { class: "said" });
    this.undo = el("button", { type: "button", class: "quiet", onclick: () => this.#ask("console-unmark") }, "撤销");
    this.missed = el("button", { type: "button", class: "choice", onclick: () => this.#ask("console-mark", asMissed(this.#mark)) }, "漏转了（应转人工）");
    this.select = el("select", { id: `${id}-intent` });
    this.sure = el("button", { type: "submit", class: "choice" }, "确定");
    this.panel = el(
      "div",
      { id, class: "mark-panel", role: "group", "aria-label": "标记这条消息", hidden: true },
      this.missed,
      el(
        "form",
        { onsubmit: (event) => this.#meant(event) },
        el("label", { for: `${id}-intent` }, "读错了，应为"),
        this.select,
        this.sure,
      ),
    );
    this.line = el("div", { class: "mark-line" }, this.button, this.said, this.undo);
    this.addEventListener("keydown", (event) => this.#key(event));
  }

  connectedCallback() {
    if (!this.contains(this.line)) this.replaceChildren(this.line, this.panel);
  }

  show(message, agent, intents) {
    this.#message = message;
    this.#mark = markOf(message, agent);
    if (intents !== this.#intents) this.#fill(intents);
    setText(this.button, this.#mark === null ? "标记" : "改标记");
    const said = (message.marks ?? []).map((mark) => ({ key: mark.agent.id, mark }));
    keyed(this.said, said, () => el("li", {}), (node, { mark }) => {
      setText(node, `${mark.agent.id === agent?.id ? "已标记" : `${mark.agent.name} 标记`}：${markText(mark, intents)}`);
    });
    this.said.hidden = said.length === 0;
    this.undo.hidden = this.#mark === null;
    this.missed.hidden = this.#mark?.kind === "missed";
  }

  #fill(intents) {
    this.#intents = intents;
    this.select.replaceChildren(
      el("option", { value: "" }, "请选择原本的意思"),
      ...groupsOf(intents).map(([group, members]) =>
        el("optgroup", { label: group }, ...members.map(({ intent, title }) => el("option", { value: intent }, title))),
      ),
    );
  }

  #open(open) {
    if (this.panel.hidden === !open) return;
    this.panel.hidden = !open;
    this.button.setAttribute("aria-expanded", String(open));
    emit(this, "mark-panel", open);
    if (!open) return;
    this.select.value = this.#mark?.intent ?? "";
    this.scrollIntoView({ block: "nearest" });
  }

  #key(event) {
    if (event.key !== "Escape" || this.panel.hidden) return;
    event.stopPropagation();
    this.#open(false);
    this.button.focus();
  }

  #meant(event) {
    event.preventDefault();
    if (this.select.value) this.#ask("console-mark", asMeant(this.#mark, this.select.value));
    else this.select.focus();
  }

  #ask(name, mark = null) {
    // What is pressed may be gone after the answer; the focus must not fall to the page's beginning.
    this.#open(false);
    this.button.focus();
    emit(this, name, { seq: this.#message.seq, mark });
  }
}

customElements.define("mark-menu", MarkMenu);
