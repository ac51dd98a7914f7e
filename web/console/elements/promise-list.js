/** On the card: what agents promised this buyer, by when, and whether it was kept. */

import { el, emit, keyed, setText } from "../../storefront/chat/base/dom.js";
import { dueLine } from "../promises.js";

export class PromiseList extends HTMLElement {
  connectedCallback() {
    this.list = el("ul", { class: "promises" });
    this.replaceChildren(el("h3", {}, "已作承诺"), this.list);
  }

  show(store, now) {
    this.hidden = store.selected === null || store.promises.length === 0;
    const items = store.promises.map((one) => ({ key: one.id, one, ...dueLine(one, now) }));
    keyed(this.list, items, (item) => this.#make(item.one), update);
  }

  #make({ id, span, agent }) {
    const settle = (state) => (event) => emit(this, "console-settle", { id, state: event.currentTarget.dataset.back ?? state });
    return el(
      "li",
      { class: "promise" },
      el("q", { title: `客服 ${agent.name}` }, span),
      el("span", { class: "due" }),
      el("span", { class: "ticks" }, button("已兑现", settle("kept")), button("没做到", settle("missed"))),
    );
  }
}

function button(text, onclick) {
  return el("button", { type: "button", class: "quiet", onclick }, text);
}

function update(node, { one, level, text }) {
  const [, due, ticks] = node.children;
  const [kept, missed] = ticks.children;
  node.dataset.level = level;
  setText(due, text);
  const open = one.state === "open";
  kept.hidden = one.state === "missed";
  // Nobody has failed before the time is over.
  missed.hidden = !(one.state === "missed" || level === "late");
  for (const [tick, state, words] of [[kept, "kept", "已兑现"], [missed, "missed", "没做到"]]) {
    setText(tick, one.state === state ? "撤销" : words);
    tick.setAttribute("aria-label", one.state === state ? `撤销：${words}` : words);
    if (open) delete tick.dataset.back;
    else tick.dataset.back = "open";
  }
}

customElements.define("promise-list", PromiseList);
