/** One ticket in a list: how pressing, whose, why, what was said last, and how long they have waited. */

import { el, emit, setText } from "../../storefront/chat/base/dom.js";
import { dayText } from "../../storefront/chat/base/time.js";
import { waitingClock } from "../clock.js";
import { endName, priorityName, reasonName } from "../labels.js";

export class TicketRow extends HTMLElement {
  #shown = null;

  constructor() {
    super();
    this.priority = el("span", { class: "priority" });
    this.buyer = el("span", { class: "buyer" });
    this.unseen = el("span", { class: "unseen", hidden: true });
    this.clock = el("span", { class: "clock" });
    this.reason = el("span", { class: "tag reason" });
    this.left = el("span", { class: "tag left-message" }, "留言");
    this.store = el("span", { class: "row-store" });
    this.last = el("span", { class: "last" });
    this.button = el(
      "button",
      { type: "button", class: "row" },
      el("span", { class: "row-line" }, this.priority, this.buyer, this.unseen, this.clock),
      el("span", { class: "row-line" }, this.reason, this.left, this.store),
      this.last,
    );
    this.button.addEventListener("click", () => emit(this, "console-select", this.#shown));
  }

  connectedCallback() {
    this.append(this.button);
  }

  show(ticket, store, now) {
    this.#shown = ticket;
    const unseen = store.isMine(ticket) ? (store.conversations.get(ticket.conversation)?.unseen ?? 0) : 0;
    const clock = waitingClock(ticket, now);
    this.button.dataset.ticket = ticket.id;
    if (store.selected?.id === ticket.id) this.button.setAttribute("aria-current", "true");
    else this.button.removeAttribute("aria-current");
    this.priority.dataset.priority = ticket.priority;
    setText(this.priority, priorityName(ticket.priority));
    setText(this.buyer, ticket.buyer.guest ? "游客" : ticket.buyer.name);
    this.unseen.hidden = unseen === 0;
    setText(this.unseen, `${unseen} 条新消息`);
    setText(this.reason, reasonName(ticket.reason));
    this.left.hidden = ticket.kind !== "left_message";
    setText(this.store, `${ticket.store.name} · ${ticket.group_name}`);
    setText(this.last, ticket.last_text ?? "");
    this.clock.dataset.level = clock.level;
    this.clock.title = clock.title;
    setText(this.clock, clock.text || standing(ticket, now));
  }
}

function standing(ticket, now) {
  if (ticket.state === "assigned") return `客服 ${ticket.agent?.name ?? ""}`;
  return ticket.ended_at ? `${endName(ticket.state)} ${dayText(ticket.ended_at, now)}` : endName(ticket.state);
}

customElements.define("ticket-row", TicketRow);
