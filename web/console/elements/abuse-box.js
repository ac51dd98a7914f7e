/**
 * On the card, and only when there is something to do: the one kind reminder an agent may send, or the request to block a
 * buyer that a person files, or does not. It records what they decided; nothing is sent to a platform from here.
 */

import { el, emit, setText } from "../../storefront/chat/base/dom.js";
import { boxKind, checkedText, decisionText, materialText, missing, momentText, requestLines } from "../abuse.js";
import { LONGEST_NOTE } from "../marks.js";

export class AbuseBox extends HTMLElement {
  #drawn = null;
  #ticket = null;
  #request = null;
  #refused = null;

  connectedCallback() {
    this.heading = el("h3", { id: "abuse-title" });
    this.status = el("p", { class: "abuse-status", role: "status", tabindex: "-1" });
    this.reminder = el("div");
    this.material = el("div");
    this.folded = el("details", {}, el("summary", {}, "申请材料"), this.material);
    this.days = el("input", { id: "abuse-days", type: "number", min: "1", step: "1", inputmode: "numeric" });
    this.daysLabel = el("label", { for: "abuse-days" });
    this.note = el("input", { id: "abuse-note", maxlength: String(LONGEST_NOTE), autocomplete: "off" });
    this.problem = el("p", { class: "problem", role: "alert" });
    this.dismiss = el("button", { type: "button", class: "choice", onclick: () => this.#decide("dismissed") }, "不申请");
    this.form = el(
      "form",
      { class: "abuse-form", onsubmit: (event) => this.#submit(event) },
      this.daysLabel,
      this.days,
      el("label", { for: "abuse-note" }, "备注（提交时必填，如受理编号）"),
      this.note,
      el("div", { class: "tags" }, el("button", { type: "submit", class: "choice" }, "我已在平台后台提交"), this.dismiss),
      el("p", { class: "soft" }, "这里只记下您的决定，不会替您向平台提交。"),
    );
    this.setAttribute("role", "group");
    this.setAttribute("aria-labelledby", "abuse-title");
    this.replaceChildren(this.heading, this.status, this.reminder, this.folded, this.form, this.problem);
  }

  show(ticket, store) {
    const { abuse, abuseProblem } = store;
    const kind = ticket === null ? null : boxKind(abuse, store.isMine(ticket));
    // Whoever is writing is not interrupted by a friendly word of the buyer's.
    if (kind === null && ticket !== null && ticket.id === this.#ticket?.id && !this.hidden && this.#isBusy()) return;
    this.hidden = kind === null;
    // What is told here about a field stays until the next press; only news from the desk takes its place.
    if (abuseProblem !== this.#refused) setText(this.problem, abuseProblem ?? "");
    this.#refused = abuseProblem;
    const drawn = JSON.stringify([kind, ticket?.id, abuse]);
    if (drawn === this.#drawn) return;
    const isOther = ticket?.id !== this.#ticket?.id;
    this.#drawn = drawn;
    this.#ticket = ticket;
    if (kind !== null) this.#draw(kind, abuse, isOther);
  }

  #draw(kind, abuse, isOther) {
    const { decision, request } = abuse;
    this.dataset.kind = kind;
    this.#request = request;
    setText(this.heading, { remind: "可善意提醒一次", request: "屏蔽申请（待人工确认）", decided: "屏蔽申请（已记录）" }[kind]);
    setText(this.status, kind === "decided" ? decisionText(decision) : "");
    this.reminder.replaceChildren(...(kind === "remind" ? reminderPart(abuse.draft, () => this.#useDraft(abuse.draft)) : []));
    this.folded.hidden = kind === "remind" || request === null;
    const hadFocus = this.form.contains(document.activeElement);
    this.form.hidden = this.folded.hidden || decision?.decision === "filed";
    this.dismiss.hidden = decision !== null;
    // Whoever works by keyboard goes on from what was recorded, not from the top of the page.
    if (hadFocus && kind === "decided") this.status.focus();
    if (isOther || kind === "remind") {
      this.days.value = "";
      this.note.value = "";
      setText(this.problem, "");
    }
    if (request === null) return;
    // Open for what is to be decided; what is decided is folded away once.
    if (isOther || kind === "decided") this.folded.open = kind === "request";
    else if (!this.material.hasChildNodes()) this.folded.open = true;
    this.days.max = String(request.longest_days);
    setText(this.daysLabel, `申请屏蔽多少天（最多 ${request.longest_days} 天）`);
    this.material.replaceChildren(...requestParts(request, (event) => this.#copy(event.currentTarget)));
  }

  #isBusy() {
    return this.dataset.kind === "request" && (this.form.contains(document.activeElement) || Boolean(this.note.value.trim()));
  }

  #useDraft(text) {
    emit(this, "console-draft", { conversation: this.#ticket.conversation, text });
  }

  #submit(event) {
    event.preventDefault();
    this.#decide("filed");
  }

  #decide(decision) {
    const given = { days: this.days.valueAsNumber, note: this.note.value };
    const lack = missing(decision, given, this.#request.longest_days);
    setText(this.problem, lack?.text ?? "");
    if (lack !== null) return this[lack.field].focus();
    emit(this, "console-block", { ticket: this.#ticket.id, decision, days: decision === "filed" ? given.days : 0, note: given.note.trim() });
  }

  async #copy(button) {
    const done = await copyText(materialText(this.#request, this.#ticket));
    setText(button, done ? "已复制" : "没能复制，请选中文字手动复制");
  }
}

function reminderPart(draft, use) {
  return [
    el("p", {}, "买家又对客服出言不逊。可以善意提醒一次（原样发出才算提醒过）；不提醒、直接帮买家解决问题也可以。"),
    el("blockquote", { "data-testid": "draft" }, draft),
    el("button", { type: "button", class: "choice", onclick: use }, "放进回复框"),
  ];
}

function requestParts(request, copy) {
  return [
    el("p", {}, request.reason),
    el("dl", {}, ...requestLines(request).map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value)))),
    el("h4", {}, `证据消息（${request.evidence.length} 条）`),
    el(
      "ol",
      { class: "events", tabindex: "0", "data-testid": "abuse-evidence" },
      ...request.evidence.map(({ at, text }) => el("li", {}, el("time", { datetime: at }, momentText(at)), ` ${text}`)),
    ),
    el(
      "details",
      {},
      el("summary", {}, "依据规则"),
      el("dl", { class: "rules" }, ...request.rules.map(({ id, statement }) => el("div", {}, el("dt", {}, id), el("dd", {}, statement)))),
    ),
    el("p", { class: "soft" }, checkedText(request.rules)),
    el("button", { type: "button", class: "choice", onclick: copy }, "复制材料"),
  ];
}

/** The clipboard is there on safe origins only; the old way works elsewhere. */
async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const box = el("textarea", { readonly: true, class: "off-page", "aria-hidden": "true" });
    box.value = text;
    const before = document.activeElement;
    document.body.append(box);
    box.select();
    const done = document.execCommand("copy");
    box.remove();
    before?.focus?.();
    return done;
  }
}

customElements.define("abuse-box", AbuseBox);
