/** The bot's choices as chips. They go when one is used or something else is said. */

import { el, emit, keyed } from "../base/dom.js";
import { buttons } from "../view.js";

export class ChatChoices extends HTMLElement {
  connectedCallback() {
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", "可以直接点选");
  }

  show(store) {
    // 转人工 stands right below as a fixed button; a second one would only make the buyer wonder.
    const fixed = buttons(store).human.text;
    const offered = store.choices.filter((choice) => choice.title !== fixed);
    const items = offered.map((choice) => ({ key: choice.id, ...choice }));
    this.hidden = items.length === 0;
    keyed(this, items, (choice) =>
      el("button", { type: "button", class: "chip", onclick: () => emit(this, "chat-choose", choice) }, choice.title),
    );
  }
}

customElements.define("chat-choices", ChatChoices);
