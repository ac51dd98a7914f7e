/** The agent's question whether the bot may go on, with its two answers. */

import { el, emit, setText } from "../base/dom.js";
import { ACTIONS } from "../protocol.js";
import { buttons } from "../view.js";

export class ChatOffer extends HTMLElement {
  connectedCallback() {
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", "是否转回智能客服");
    this.words = el("p", {});
    const button = (text, name, style) =>
      el("button", { type: "button", class: style, onclick: () => emit(this, "chat-action", name) }, text);
    this.replaceChildren(
      this.words,
      el(
        "div",
        { class: "offer-buttons" },
        button("好的，转回智能客服", ACTIONS.acceptReturn, "primary"),
        button("继续和客服沟通", ACTIONS.declineReturn, "plain"),
      ),
    );
  }

  show(store) {
    this.hidden = !buttons(store).offer;
    setText(this.words, `客服 ${store.state.agent?.name ?? ""} 邀请您转回智能客服`);
  }
}

customElements.define("chat-offer", ChatOffer);
