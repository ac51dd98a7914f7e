/**
 * The chat as one element for a shop's page: `<aftersales-chat>`. It lives in a shadow root, so the shop's styles and
 * the chat's do not meet.
 *
 * Attributes: `desk` (the desk's address; this page's own when missing), `scope` (whose chat this is, for the browser's
 * storage; another buyer needs another scope). Property: `getToken(previous)`, which asks the shop for a buyer token and
 * answers `{token, expires_at}`. Set both before the element is put into the page.
 */

import { el } from "../base/dom.js";
import { showCount } from "../base/title.js";
import { Connection } from "../connection.js";
import { Outbox } from "../outbox.js";
import { browserStorage } from "../storage.js";
import { ChatStore } from "../store.js";
import "./chat-launcher.js";
import "./chat-panel.js";

/** At most one drawing in this many milliseconds: a history arrives as hundreds of frames. */
const DRAW = 16;

export class AftersalesChat extends HTMLElement {
  /** @type {(previous: string|null) => Promise<{token: string, expires_at: string}>} */
  getToken = null;
  #open = false;
  #drawing = null;
  #leaving = null;

  connectedCallback() {
    const scope = this.getAttribute("scope") ?? "";
    const storage = browserStorage();
    this.outbox = new Outbox(storage, scope);
    this.store = new ChatStore(() => this.outbox.entries);
    this.kept = { read: `aftersales.read.${scope}`, draft: `aftersales.draft.${scope}`, storage };
    this.store.read = Number(storage?.getItem(this.kept.read)) || 0;
    this.connection = new Connection({
      store: this.store,
      outbox: this.outbox,
      getToken: (previous) => this.getToken(previous),
      open: () => new WebSocket(socketAddress(this.getAttribute("desk"))),
    });
    this.#build();
    this.#listen();
    this.store.subscribe(() => this.#soon());
    this.connection.start();
  }

  disconnectedCallback() {
    this.#leaving.abort();
    clearTimeout(this.#drawing);
    this.connection.stop();
    showCount(0);
  }

  /** Say something as if the buyer had typed it, and show the chat. */
  say(text) {
    this.open();
    this.connection.send(text);
  }

  open() {
    this.#setOpen(true);
    this.panel.opened();
  }

  close() {
    this.#setOpen(false);
    this.launcher.focus();
  }

  #build() {
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    this.launcher = el("chat-launcher");
    this.panel = el("chat-panel", { hidden: true });
    const frame = el("div", { class: "frame", hidden: true }, this.panel, this.launcher);
    const href = new URL("../chat.css", import.meta.url).href;
    // With CORS, because on a shop's own page the style sheet comes from another origin.
    const link = el("link", { rel: "stylesheet", href, crossorigin: "anonymous", onload: () => (frame.hidden = false) });
    root.replaceChildren(link, frame);
    this.panel.composer.value = this.kept.storage?.getItem(this.kept.draft) ?? "";
    this.#draw();
  }

  #listen() {
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    const on = (target, name, handle) => target.addEventListener(name, handle, { signal });
    const root = this.shadowRoot;
    on(root, "chat-open", () => (this.#open ? this.close() : this.open()));
    on(root, "chat-close", () => this.close());
    on(root, "chat-send", ({ detail }) => this.connection.send(detail));
    on(root, "chat-choose", ({ detail }) => {
      this.connection.send(detail.title, detail.id);
      this.panel.composer.focus();
    });
    on(root, "chat-action", ({ detail }) => this.connection.act(detail));
    on(root, "chat-retry", ({ detail }) => this.connection.retry(detail));
    on(root, "chat-typing", ({ detail }) => this.connection.typing(detail));
    on(root, "chat-reconnect", () => this.connection.wake());
    on(root, "chat-draft", ({ detail }) => this.#keep(this.kept.draft, detail));
    on(window, "online", () => this.connection.wake());
    on(window, "offline", () => this.connection.lost());
    on(document, "visibilitychange", () => {
      if (document.hidden) return;
      this.connection.wake();
      this.#soon();
    });
  }

  #setOpen(open) {
    this.#open = open;
    this.panel.hidden = !open;
    this.toggleAttribute("open", open);
    this.#draw();
  }

  #soon() {
    this.#drawing ??= setTimeout(() => this.#draw(), DRAW);
  }

  #draw() {
    clearTimeout(this.#drawing);
    this.#drawing = null;
    if (this.#open && !document.hidden && this.store.read < this.store.lastSeq) {
      this.store.read = this.store.lastSeq;
      this.#keep(this.kept.read, String(this.store.read));
    }
    this.launcher.show(this.store, this.#open);
    this.panel.show(this.store);
    showCount(this.store.unread);
  }

  #keep(key, value) {
    try {
      this.kept.storage?.setItem(key, value);
    } catch {
      // A full storage costs a draft or an unread mark, nothing more.
    }
  }
}

function socketAddress(desk) {
  const address = new URL("/ws/storefront", desk || location.href);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  return address.href;
}

customElements.define("aftersales-chat", AftersalesChat);
