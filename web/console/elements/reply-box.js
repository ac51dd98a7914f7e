/**
 * Where the agent writes. Locked until the ticket is theirs; what was begun is kept for each conversation. What the
 * compliance door finds is shown while typing; a reply it stops stays here, and one it warns of is sent with a reason.
 */

import { el, emit, isComposing, setText } from "../../storefront/chat/base/dom.js";
import { LONGEST_TEXT, lengthOf } from "../../storefront/chat/protocol.js";
import { counter } from "../../storefront/chat/view.js";
import { Checker, clauseAround } from "../check.js";
import "./confirm-sheet.js";
import "./reply-findings.js";

const STILL = 4000;
const REPEAT = 5000;

export class ReplyBox extends HTMLElement {
  /** Reads and writes the draft of a conversation. @type {{get(id: string): string, set(id: string, text: string): void}} */
  drafts = { get: () => "", set: () => {} };
  /** Asks the desk about a text. @type {(conversation: string, text: string) => Promise<Object>} */
  check = async () => null;
  #checker = new Checker({ check: (...about) => this.check(...about), onChange: () => this.#draw() });
  #conversation = null;
  #sending = false;
  #typingSince = 0;
  #still = null;

  connectedCallback() {
    this.box = el("textarea", {
      rows: "3",
      "aria-label": "回复买家",
      "aria-describedby": "reply-hint reply-count",
      oninput: () => this.#changed(),
      onkeydown: (event) => this.#key(event),
    });
    this.button = el("button", { type: "submit", class: "primary send" }, "发送");
    this.findings = el("reply-findings");
    this.findings.addEventListener("finding-use", ({ detail }) => this.#use(detail));
    this.hint = el("span", { class: "hint", id: "reply-hint" });
    this.count = el("span", { class: "counter", id: "reply-count" });
    this.sheet = el("confirm-sheet");
    this.replaceChildren(
      el(
        "form",
        { onsubmit: (event) => this.#submit(event) },
        this.box,
        el("div", { class: "under" }, el("div", { class: "told-here" }, this.hint, this.findings), this.count, this.button),
      ),
      this.sheet,
    );
  }

  disconnectedCallback() {
    clearTimeout(this.#still);
    this.#checker.stop();
  }

  show(ticket, store) {
    if (ticket.conversation !== this.#conversation) {
      this.#typing(false);
      this.#conversation = ticket.conversation;
      this.box.value = this.drafts.get(ticket.conversation);
    }
    const mine = store.isMine(ticket);
    this.box.readOnly = !mine;
    this.box.placeholder = mine ? "输入回复" : locked(ticket);
    setText(this.hint, mine ? "Enter 发送，Shift+Enter 换行" : locked(ticket));
    this.#checker.typed(this.#conversation, mine ? this.box.value.trim() : "");
    this.#draw();
  }

  /** Put a text back that the desk refused. Answers whether its conversation is on show here. */
  takeBack(conversation, text, problem) {
    if (conversation !== this.#conversation) return false;
    this.box.value = this.drafts.get(conversation);
    if (this.box.value.trim() === text) this.#checker.told(conversation, text, problem.violations);
    this.#draw();
    this.findings.explain(problem.message);
    return true;
  }

  /** Begin a reply with `text`. Answers whether it was done: not over words that were begun, nor where nothing may be sent. */
  draft(conversation, text) {
    if (conversation !== this.#conversation || this.box.readOnly || (this.box.value.trim() && this.box.value !== text)) return false;
    this.box.value = text;
    this.box.focus();
    this.#changed();
    return true;
  }

  #draw() {
    const text = this.box.value;
    const { text: words, over, near } = counter(lengthOf(text.trim()), LONGEST_TEXT);
    setText(this.count, words);
    this.count.dataset.level = over ? "over" : near ? "near" : "fine";
    this.button.disabled = this.box.readOnly || over || !text.trim();
    const found = this.box.readOnly ? [] : this.#checker.findings(text);
    const stopped = this.#checker.verdict(this.#conversation, text.trim()) === "block";
    setText(this.button, stopped ? "不能发" : "发送");
    this.button.toggleAttribute("data-stopped", stopped);
    this.findings.show(found);
    this.hint.hidden = found.length > 0;
  }

  #key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.altKey || isComposing(event)) return;
    event.preventDefault();
    this.#submit(event);
  }

  async #submit(event) {
    event.preventDefault();
    this.#draw();
    if (this.button.disabled || this.#sending) return;
    this.#sending = true;
    try {
      await this.#send(this.#conversation, this.box.value);
    } finally {
      this.#sending = false;
    }
  }

  async #send(conversation, typed) {
    const text = typed.trim();
    const review = await this.#checker.settle(conversation, text);
    // Whoever has gone on to another conversation, or has changed the words, did not mean these any more.
    const isMeant = () => conversation === this.#conversation && this.box.value.startsWith(typed);
    if (!isMeant()) return;
    if (review?.verdict === "block") return this.findings.explain("这条还不能发出，请按提示改一改。");
    let confirm = null;
    if (review?.verdict === "warn") {
      confirm = await this.sheet.ask(review.violations);
      this.box.focus();
      if (confirm === null || !isMeant()) return;
    }
    this.box.value = this.box.value.slice(typed.length);
    this.drafts.set(conversation, this.box.value);
    this.#typing(false);
    this.#checker.typed(conversation, this.box.value.trim());
    this.#draw();
    emit(this, "console-reply", { conversation, text, confirm });
    this.box.focus();
  }

  /** Put a better sentence in the place of the clause that was found; undo brings the old one back. */
  #use({ span, text }) {
    if (this.box.readOnly) return;
    const [from, to] = clauseAround(this.box.value, span);
    this.box.focus();
    this.box.setSelectionRange(from, to);
    // The only way to write into a box that its undo knows of; where it is gone, the text comes all the same.
    if (!document.execCommand("insertText", false, text)) this.box.setRangeText(text, from, to, "end");
    this.#changed();
  }

  #changed() {
    this.drafts.set(this.#conversation, this.box.value);
    this.#checker.typed(this.#conversation, this.box.value.trim());
    this.#draw();
    this.#typing(Boolean(this.box.value.trim()));
  }

  #typing(on) {
    clearTimeout(this.#still);
    const now = Date.now();
    const say = (value) => emit(this, "console-typing", { conversation: this.#conversation, on: value });
    if (on) {
      if (now - this.#typingSince > REPEAT) {
        this.#typingSince = now;
        say(true);
      }
      this.#still = setTimeout(() => this.#typing(false), STILL);
    } else if (this.#typingSince > 0) {
      this.#typingSince = 0;
      say(false);
    }
  }
}

function locked(ticket) {
  if (ticket.state === "waiting") return "接入后才能回复";
  if (ticket.state === "assigned") return `由客服 ${ticket.agent?.name ?? ""} 接待`;
  return "会话已结束";
}

customElements.define("reply-box", ReplyBox);
