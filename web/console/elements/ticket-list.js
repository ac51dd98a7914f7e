/** The four lists with their numbers, and the rows of the one on show. */

import { el, emit, keyed, setText } from "../../storefront/chat/base/dom.js";
import { TABS } from "../store.js";
import "./ticket-row.js";

const NAMES = { waiting: "待接入", mine: "我的", open: "全部", ended: "已结束" };
const EMPTY = {
  waiting: "没有等待接入的会话",
  mine: "您手上没有会话，可以从“待接入”里接入",
  open: "没有进行中的会话",
  ended: "还没有结束的会话",
};

export class TicketList extends HTMLElement {
  connectedCallback() {
    this.tabs = new Map(
      TABS.map((tab) => [
        tab,
        el(
          "button",
          { type: "button", class: "tab", "data-tab": tab, onclick: () => emit(this, "console-tab", tab) },
          NAMES[tab],
          el("span", { class: "tab-count" }),
        ),
      ]),
    );
    this.rows = el("ul", { class: "rows", "aria-label": "会话列表" });
    this.empty = el("p", { class: "empty" });
    this.replaceChildren(
      el("div", { class: "tabs", role: "group", "aria-label": "会话分类" }, ...this.tabs.values()),
      this.rows,
      this.empty,
      el("p", { class: "keys" }, "Alt+J 下一个 · Alt+K 上一个"),
    );
  }

  show(store) {
    for (const [tab, button] of this.tabs) {
      button.setAttribute("aria-pressed", String(tab === store.tab));
      const count = store.counts[tab];
      setText(button.lastElementChild, count === undefined ? "" : String(count));
      button.lastElementChild.hidden = count === undefined;
    }
    const now = Date.now();
    const tickets = store.list();
    keyed(
      this.rows,
      tickets.map((ticket) => ({ key: ticket.id, ticket })),
      () => el("li", {}, el("ticket-row")),
      (node, { ticket }) => node.firstElementChild.show(ticket, store, now),
    );
    this.empty.hidden = tickets.length > 0;
    setText(this.empty, EMPTY[store.tab]);
  }
}

customElements.define("ticket-list", TicketList);
