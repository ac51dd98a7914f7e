/** What an agent can do with a ticket, as far as it may be done now. */

import { el, emit } from "../../storefront/chat/base/dom.js";

const BUTTONS = [
  { change: "claim", text: "接入", style: "primary" },
  { change: "offer_return", text: "邀请转回智能客服", style: "plain" },
  { change: "return", text: "立即转回", style: "plain" },
  { change: "release", text: "释放", style: "plain" },
  { change: "close", text: "结束", style: "plain danger" },
];

/** The changes that `ticket` allows this agent; a lead may also end what a colleague holds. */
export function allowed(ticket, { isMine, isLead }) {
  if (ticket.state === "waiting") return ["claim"];
  if (ticket.state !== "assigned" || !(isMine || isLead)) return [];
  return ["return", "release", "close", ...(isMine && !ticket.return_offered ? ["offer_return"] : [])];
}

export class TicketActions extends HTMLElement {
  connectedCallback() {
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", "会话操作");
    this.buttons = new Map(
      BUTTONS.map(({ change, text, style }) => [
        change,
        el("button", { type: "button", class: style, "data-change": change, onclick: () => emit(this, "console-change", change) }, text),
      ]),
    );
    this.replaceChildren(...this.buttons.values());
  }

  show(ticket, store) {
    const may = allowed(ticket, { isMine: store.isMine(ticket), isLead: store.agent?.role === "lead" });
    for (const [change, button] of this.buttons) button.hidden = !may.includes(change);
  }
}

customElements.define("ticket-actions", TicketActions);
