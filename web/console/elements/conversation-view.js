/** The middle pane: whose conversation, the messages, what can be done with the ticket, and the composer. */

import { el, emit, setText } from "../../storefront/chat/base/dom.js";
import { endName } from "../labels.js";
import "./conversation-log.js";
import "./reply-box.js";
import "./ticket-actions.js";

export class ConversationView extends HTMLElement {
  connectedCallback() {
    this.buyer = el("h2", {});
    this.line = el("p", { class: "standing", role: "status", "data-testid": "standing" });
    this.log = el("conversation-log");
    this.actions = el("ticket-actions");
    this.box = el("reply-box");
    this.notice = el("p", { class: "problem", role: "alert", "data-testid": "notice" });
    this.body = el(
      "div",
      { class: "conversation" },
      el(
        "header",
        {},
        el("button", { type: "button", class: "back plain", onclick: () => emit(this, "console-select", null) }, "返回列表"),
        el("div", { class: "titles" }, this.buyer, this.line),
        this.actions,
      ),
      this.notice,
      this.log,
      this.box,
    );
    this.nothing = el("p", { class: "empty" }, "从左边选择一个会话");
    this.replaceChildren(this.nothing, this.body);
  }

  /** @param {Array} pending the agent's replies on their way */
  show(store, pending) {
    const ticket = store.selected;
    this.body.hidden = ticket === null;
    this.nothing.hidden = ticket !== null;
    if (ticket === null) return;
    const conversation = store.conversations.get(ticket.conversation) ?? null;
    setText(this.buyer, `${ticket.buyer.guest ? "游客" : ticket.buyer.name} · ${ticket.store.name}`);
    setText(this.line, standing(ticket, store));
    setText(this.notice, store.notice ?? "");
    this.log.show(ticket, conversation, pending, store);
    this.actions.show(ticket, store);
    this.box.show(ticket, store);
  }
}

/** Who answers the buyer now, in words. */
function standing(ticket, store) {
  if (ticket.state === "waiting") return ticket.kind === "left_message" ? "留言，等待接入；智能客服还在接待" : "排队中，等待接入";
  if (ticket.state !== "assigned") return endName(ticket.state);
  if (!store.isMine(ticket)) return `由客服 ${ticket.agent?.name ?? ""} 接待`;
  return ticket.return_offered ? "由您接待，已邀请买家转回智能客服" : "由您接待";
}

customElements.define("conversation-view", ConversationView);
