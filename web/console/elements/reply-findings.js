/** What the door found in the reply being typed, one line each: what, which words, why, and what would be better. */

import { el, emit, keyed, setText } from "../../storefront/chat/base/dom.js";
import { sentenceIn } from "../check.js";

const LEVELS = { warn: "提醒", block: "不能发" };

export class ReplyFindings extends HTMLElement {
  connectedCallback() {
    this.told = el("p", { class: "told sr-only", role: "alert" });
    this.list = el("ul", { class: "findings", role: "status", "aria-live": "polite", "aria-label": "出口检查" });
    this.replaceChildren(this.told, this.list);
  }

  /** @param {Array} findings violations as the desk words them; see docs/protocol.md */
  show(findings) {
    if (findings.length === 0) this.#tell("");
    keyed(
      this.list,
      findings.map((one) => ({ key: `${one.kind}:${one.span}`, ...one })),
      (one) => this.#line(one),
    );
  }

  /** Why a press on 发送 did nothing: the findings light up, and whoever cannot see them is told. */
  explain(text) {
    this.#tell(text);
    this.scrollTop = 0;
  }

  #tell(text) {
    setText(this.told, text);
    this.list.toggleAttribute("data-told", text !== "");
  }

  #line(one) {
    const sentence = sentenceIn(one.instead);
    const use = (text) =>
      el("button", { type: "button", class: "use", title: "放进输入框", onclick: () => emit(this, "finding-use", { span: one.span, text }) }, `“${text}”`);
    const advice = sentence === null ? [one.instead] : around(one.instead, `“${sentence}”`, use(sentence));
    return el(
      "li",
      { class: "finding", "data-level": one.level },
      el("span", { class: "level" }, `${LEVELS[one.level] ?? one.level} · ${one.title}`),
      el("q", {}, one.span),
      el("span", { class: "because" }, one.why),
      el("span", { class: "instead" }, "建议：", ...advice),
    );
  }
}

/** `text` with `part` in it replaced by `node`. */
function around(text, part, node) {
  const at = text.indexOf(part);
  return [text.slice(0, at), node, text.slice(at + part.length)];
}

customElements.define("reply-findings", ReplyFindings);
