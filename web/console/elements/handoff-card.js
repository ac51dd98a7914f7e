/** The right pane: why the conversation came here and what is known already, so that the buyer is not asked again. */

import { el } from "../../storefront/chat/base/dom.js";
import { dayText } from "../../storefront/chat/base/time.js";
import { actorName, eventName, intentName, labelName, priorityName, reasonName } from "../labels.js";

export class HandoffCard extends HTMLElement {
  #drawn = null;

  show(store) {
    const { selected: ticket, events } = store;
    this.hidden = ticket === null;
    // The card changes rarely; drawing it each second would tear a selection out of the agent's hand.
    const messages = store.conversations.get(ticket?.conversation)?.messages ?? [];
    const speaker = ticket && speakerOf(ticket.card.last_said, messages);
    const drawn = JSON.stringify([ticket && { ...ticket, last_text: null, last_at: null }, events, speaker]);
    if (ticket === null || drawn === this.#drawn) return;
    this.#drawn = drawn;
    this.replaceChildren(...sections(ticket, events, speaker, Date.now()));
  }
}

/** The card tells what was said last, by the bot or, after a tap on 转人工, by the buyer; who, the messages tell. */
function speakerOf(text, messages) {
  const isBuyer = messages.some((message) => message.sender === "buyer" && message.text === text);
  return isBuyer ? "买家最后说" : "智能客服最后说";
}

/** The buyer's words, each once, with everything they were taken for. */
function evidenceWords(evidence) {
  const words = new Map();
  for (const { text, label } of evidence) if (text) words.set(text, [...(words.get(text) ?? []), labelName(label)]);
  return [...words];
}

function sections(ticket, events, speaker, now) {
  const { card } = ticket;
  // The order has a line of its own.
  const collected = Object.entries(card.collected ?? {}).filter(([, value]) => value && value !== card.order_number);
  const words = evidenceWords(ticket.evidence);
  return [
    el("h2", {}, "转接卡片"),
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
    words.length > 0 &&
      section(
        "买家原话里的依据",
        el("ul", { class: "evidence" }, ...words.map(evidenceLine)),
      ),
    section(
      "订单和诉求",
      facts([
        ["订单号", card.order_number ?? "还没有"],
        ["诉求", card.intent ? intentName(card.intent) : "还不清楚"],
        ["买家", ticket.buyer.guest ? "游客（未登录）" : ticket.buyer.name],
        ["店铺", ticket.store.name],
      ]),
    ),
    section("已收集", collected.length > 0 ? facts(collected) : el("p", { class: "soft" }, "没有收集到资料")),
    card.last_said && section(speaker, el("blockquote", {}, card.last_said)),
    section("处理记录", el("ol", { class: "events" }, ...events.map((event) => eventLine(event, now)))),
  ].filter(Boolean);
}

function section(title, ...content) {
  return el("section", {}, el("h3", {}, title), ...content);
}

function evidenceLine([text, labels]) {
  return el("li", {}, el("q", {}, text), ...labels.map((label) => el("span", { class: "tag" }, label)));
}

function facts(pairs) {
  return el("dl", {}, ...pairs.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, String(value)))));
}

function eventLine({ at, event, actor, detail }, now) {
  const note = detail?.note ? `：${detail.note}` : "";
  return el("li", {}, el("time", { datetime: at }, dayText(at, now)), ` ${actorName(actor)} ${eventName(event)}${note}`);
}

customElements.define("handoff-card", HandoffCard);
