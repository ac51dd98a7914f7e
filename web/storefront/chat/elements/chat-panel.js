/** The open chat: header, messages and what can be done, from top to bottom in the order of the Tab key. */

import { el, emit } from "../base/dom.js";
import "./chat-banner.js";
import "./chat-choices.js";
import "./chat-composer.js";
import "./chat-header.js";
import "./chat-log.js";
import "./chat-offer.js";
import "./chat-toolbar.js";

/** Below this the panel covers the page, and the focus stays inside. */
const NARROW = "(max-width: 600px)";
const FOCUSABLE = "button, textarea, [tabindex='0']";

export class ChatPanel extends HTMLElement {
  connectedCallback() {
    this.setAttribute("role", "dialog");
    this.setAttribute("aria-labelledby", "chat-title");
    this.parts = ["header", "banner", "log", "offer", "choices", "toolbar", "composer"].map((part) => el(`chat-${part}`));
    this.composer = this.parts.at(-1);
    this.log = this.parts[2];
    this.replaceChildren(...this.parts);
    this.addEventListener("keydown", (event) => this.#key(event));
  }

  show(store) {
    for (const part of this.parts) part.show?.(store);
  }

  opened() {
    this.setAttribute("aria-modal", String(matchMedia(NARROW).matches));
    this.log.toEnd();
    this.composer.focus();
  }

  #key(event) {
    if (event.key === "Escape") emit(this, "chat-close");
    if (event.key === "Tab" && matchMedia(NARROW).matches) this.#keepInside(event);
  }

  #keepInside(event) {
    const places = [...this.querySelectorAll(FOCUSABLE)].filter((node) => node.checkVisibility() && !node.disabled);
    const [first, last] = [places[0], places.at(-1)];
    const here = this.getRootNode().activeElement;
    if (event.shiftKey && here === first) last.focus();
    else if (!event.shiftKey && here === last) first.focus();
    else return;
    event.preventDefault();
  }
}

customElements.define("chat-panel", ChatPanel);
