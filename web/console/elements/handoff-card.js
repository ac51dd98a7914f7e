/** The right pane: why the conversation came here and what is known already, so that the buyer is not asked again. */

import { el } from "../../storefront/chat/base/dom.js";
import { dayText } from "../../storefront/chat/base/time.js";
import { actorName, eventName, intentName, labelName, priorityName, reasonName } from "../labels.js";
import { handoffMessage, highlight, historyLines, ownWords, scoreLines, signsOf } from "../why.js";
import "./abuse-box.js";
import { markedPiece } from "./marked-text.js";
import "./needless-mark.js";
import "./promise-list.js";

export class HandoffCard extends HTMLElement {
  #drawn = null;

  connectedCallback() {
    this.abuse = el("abuse-box", { hidden: true });
    this.why = el("div");
    this.needless = el("needless-mark", { hidden: true });
    this.promises = el("promise-list", { hidden: true });
    this.rest = el("div");
    this.replaceChildren(el("h2", {}, "转接卡片"), this.abuse, this.why, this.needless, this.promises, this.rest);
  }

  show(store) {
    const { selected: ticket, events } = store;
    this.hidden = ticket === null;
    this.promises.show(store, Date.now());
    this.abuse.show(ticket, store);
    // The card changes rarely; drawing it each second would tear a selection out of the agent's hand.
    const messages = store.conversations.get(ticket?.conversation)?.messages ?? [];
    const speaker = ticket && speakerOf(ticket.card.last_said, messages);
    const about = ticket && handoffMessage(events, messages);
    const message = about?.message ?? null;
    const signs = signsOf(ticket?.evidence);
    const history = historyLines(messages, message, signs.length > 0);
    if (ticket !== null) this.needless.show(ticket, about?.byBot ? message : null, store.agent);
    const drawn = JSON.stringify([ticket && { ...ticket, last_text: null, last_at: null }, events, speaker, message?.reading, history]);
    if (ticket === null || drawn === this.#drawn) return;
    this.#drawn = drawn;
    this.why.replaceChildren(...reasons(ticket, message));
    this.rest.replaceChildren(...facts(ticket, speaker), ...grounds(message, signs, history), record(events, Date.now()));
  }
}

/** The card tells what was said last, by the bot or, after a tap on 转人工, by the buyer; who, the messages tell. */
function speakerOf(text, messages) {
  const isBuyer = messages.some((message) => message.sender === "buyer" && message.text === text);
  return isBuyer ? "买家最后说" : "智能客服最后说";
}

/** The buyer's words, each once, with everything they were taken for; what no single word says goes under "". */
function evidenceWords(evidence) {
  const words = new Map();
  for (const { text, label } of evidence) {
    const labels = words.get(text) ?? [];
    const name = labelName(label);
    if (!labels.includes(name)) words.set(text, [...labels, name]);
  }
  return [...words];
}

/** Why: the reason in words, and the buyer's own. */
function reasons(ticket, message) {
  const words = evidenceWords(ownWords(ticket.evidence));
  return [
    section(
      "为什么转人工",
      el(
        "p",
        { class: "tags" },
        el("span", { class: "priority", "data-priority": ticket.priority }, priorityName(ticket.priority)),
        el("span", { class: "tag reason" }, reasonName(ticket.reason)),
        el("span", { class: "tag" }, ticket.group_name),
      ),
      el("p", {}, ticket.reason_text),
    ),
    (message !== null || words.length > 0) &&
      section(
        "依据：买家的话",
        message && el("blockquote", { "data-testid": "words" }, ...highlight(message.text, ticket.evidence).map(markedPiece)),
        words.length > 0 && el("ul", { class: "evidence" }, ...words.map(evidenceLine)),
      ),
  ].filter(Boolean);
}

/** The rest of why, for who wants to know: what came before, and how sure the reading is. */
function grounds(message, signs, history) {
  const score = scoreLines(message?.reading);
  const lines = [...signs.map(signLine), ...history.map((line) => el("li", {}, line))];
  return [
    lines.length > 0 && section("依据：前面的对话", el("ul", { class: "evidence history", "data-testid": "history" }, ...lines)),
    score.length > 0 && section("依据：读得有多准", pairs(score, "score")),
  ].filter(Boolean);
}

/** What is known already, so that the buyer is not asked again. */
function facts(ticket, speaker) {
  const { card } = ticket;
  // The order has a line of its own.
  const collected = Object.entries(card.collected ?? {}).filter(([, value]) => value && value !== card.order_number);
  return [
    section(
      "订单和诉求",
      pairs([
        ["订单号", card.order_number ?? "还没有"],
        ["诉求", card.intent ? intentName(card.intent) : "还不清楚"],
        ["买家", ticket.buyer.guest ? "游客（未登录）" : ticket.buyer.name],
        ["店铺", ticket.store.name],
      ]),
    ),
    section("已收集", collected.length > 0 ? pairs(collected) : el("p", { class: "soft" }, "没有收集到资料")),
    card.blocked?.length > 0 && section("智能客服没能发出的话", ...card.blocked.flatMap(blockedLines)),
    card.last_said && section(speaker, el("blockquote", {}, card.last_said)),
  ].filter(Boolean);
}

/** What the bot wanted to say, and why it was stopped. */
function blockedLines({ text, findings }) {
  return [
    el("blockquote", { "data-testid": "blocked" }, text),
    el("ul", { class: "evidence" }, ...findings.map((one) => el("li", {}, el("span", { class: "tag" }, one.title), el("q", {}, one.span)))),
  ];
}

function record(events, now) {
  return section("处理记录", el("ol", { class: "events" }, ...events.map((event) => eventLine(event, now))));
}

function section(title, ...content) {
  return el("section", {}, el("h3", {}, title), ...content);
}

function evidenceLine([text, labels]) {
  const words = text ? el("q", {}, text) : el("span", { class: "soft" }, "从整句读出");
  return el("li", {}, words, ...labels.map((label) => el("span", { class: "tag" }, label)));
}

function signLine({ sign, quotes }) {
  return el("li", {}, el("span", { class: "tag" }, sign), ...quotes.map((quote) => el("q", {}, quote)));
}

function pairs(list, testid) {
  return el("dl", { "data-testid": testid }, ...list.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, String(value)))));
}

function eventLine({ at, event, actor, detail }, now) {
  const note = detail?.note ? `：${detail.note}` : "";
  return el("li", {}, el("time", { datetime: at }, dayText(at, now)), ` ${actorName(actor)} ${eventName(event)}${note}`);
}

customElements.define("handoff-card", HandoffCard);
