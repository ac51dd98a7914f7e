/** The fixed buttons: 转人工, always in its place, and 继续和智能客服 while the buyer stands in line. */

import { el, emit, setText } from "../base/dom.js";
import { ACTIONS } from "../protocol.js";
import { buttons } from "../view.js";

export class ChatToolbar extends HTMLElement {
  connectedCallback() {
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", "客服选项");
    this.human = el("button", { type: "button", class: "tool human", onclick: () => this.#press() }, "转人工");
    this.leave = el(
      "button",
      { type: "button", class: "tool", hidden: true, onclick: () => emit(this, "chat-action", ACTIONS.leaveQueue) },
      "继续和智能客服",
    );
    this.replaceChildren(this.human, this.leave);
  }

  show(store) {
    const { human, leaveQueue } = buttons(store);
    setText(this.human, human.text);
    // aria-disabled and not disabled: the focus must not fall out of the button that was just pressed.
    this.human.setAttribute("aria-disabled", String(!human.enabled));
    this.leave.hidden = !leaveQueue;
  }

  #press() {
    if (this.human.getAttribute("aria-disabled") !== "true") emit(this, "chat-action", ACTIONS.human);
  }
}

customElements.define("chat-toolbar", ChatToolbar);
