/** The console behind the log-in: it joins the lists, the conversation and the card to the desk. */

import { el, emit, setText } from "../../storefront/chat/base/dom.js";
import { showCount } from "../../storefront/chat/base/title.js";
import { Outbox } from "../../storefront/chat/outbox.js";
import { browserStorage } from "../../storefront/chat/storage.js";
import { readAddress, writeAddress } from "../address.js";
import { ConsoleConnection } from "../connection.js";
import { Replies } from "../replies.js";
import { ConsoleStore } from "../store.js";
import { Work } from "../work.js";
import "./close-dialog.js";
import "./conversation-view.js";
import "./handoff-card.js";
import "./ticket-list.js";

const DRAW = 16;

export class ConsoleDesk extends HTMLElement {
  /** @type {import("../api.js").Api} */
  api = null;
  agent = null;
  #drawing = null;
  #leaving = new AbortController();

  connectedCallback() {
    document.title = "客服工作台";
    // Read before anything is drawn: drawing writes it.
    const named = readAddress(location.search);
    const storage = browserStorage();
    const store = (this.store = new ConsoleStore());
    store.change({ agent: this.agent });
    this.replies = new Replies({
      outbox: new Outbox(storage, `console.${this.agent.id}`),
      api: this.api,
      store,
      onRefused: (refused) => this.#takeBack(refused),
    });
    this.connection = new ConsoleConnection({
      store,
      open: () => new WebSocket(`${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}/ws/console`),
      onSignedOut: () => emit(this, "console-signed-out", "登录已过期，请重新登录。"),
      isLooking: (conversation) => conversation === store.selected?.conversation && !document.hidden,
    });
    this.work = new Work({ store, api: this.api, connection: this.connection, replies: this.replies });
    this.#build(storage);
    this.#listen();
    store.subscribe(() => this.#soon());
    this.connection.start();
    this.replies.flush();
    this.work.fetchIntents();
    this.work.restore(named);
  }

  disconnectedCallback() {
    this.#leaving.abort();
    clearTimeout(this.#drawing);
    this.connection.stop();
    showCount(0);
  }

  #build(storage) {
    this.banner = el("div", { class: "banner", role: "status", "data-testid": "connection" });
    this.list = el("ticket-list");
    this.view = el("conversation-view");
    this.card = el("handoff-card", { hidden: true, role: "complementary", "aria-label": "转接卡片" });
    this.dialog = el("close-dialog");
    this.replaceChildren(
      el(
        "header",
        { class: "top" },
        el("h1", {}, "客服工作台"),
        el("span", { class: "me", "data-testid": "me" }, `客服 ${this.agent.name}`),
        el("button", { type: "button", class: "plain", onclick: () => this.#signOut() }, "退出登录"),
      ),
      this.banner,
      el("div", { class: "panes" }, el("nav", { "aria-label": "会话" }, this.list), el("main", {}, this.view), this.card),
      this.dialog,
    );
    const key = (conversation) => `aftersales.console.draft.${this.agent.id}.${conversation}`;
    this.view.box.drafts = {
      get: (conversation) => storage?.getItem(key(conversation)) ?? "",
      set: (conversation, text) => (text ? storage?.setItem(key(conversation), text) : storage?.removeItem(key(conversation))),
    };
    this.view.box.check = (conversation, text) => this.api.check(conversation, text);
    this.#draw();
  }

  /** A reply that the compliance door stopped on arrival goes back to where it was written. */
  #takeBack({ conversation, text, problem }) {
    const { box } = this.view;
    const begun = box.drafts.get(conversation);
    box.drafts.set(conversation, begun.trim() ? `${text}\n${begun}` : text);
    if (box.takeBack(conversation, text, problem)) return;
    this.store.change({ notice: `有一条回复没有发出，已放回输入框。${problem.message}` });
  }

  /** A prepared reply goes where replies are written; what was begun there is not overwritten. */
  #draft({ conversation, text }) {
    const placed = this.view.box.draft(conversation, text);
    this.store.change({ notice: placed ? null : "回复框里还有没发出的内容，发出或清空后再点一次。" });
  }

  #listen() {
    const { signal } = this.#leaving;
    const on = (target, name, handle) => target.addEventListener(name, handle, { signal });
    const { work } = this;
    on(this, "console-tab", ({ detail }) => work.showTab(detail));
    on(this, "console-select", ({ detail }) => work.select(detail));
    on(this, "console-change", ({ detail }) => (detail === "close" ? this.dialog.ask() : work.change(detail)));
    on(this, "console-close", ({ detail }) => work.change("close", { note: detail }));
    on(this, "console-reply", ({ detail }) => this.replies.send(detail.conversation, detail.text, detail.confirm));
    on(this, "console-mark", ({ detail }) => work.mark(detail.seq, detail.mark));
    on(this, "console-unmark", ({ detail }) => work.mark(detail.seq, null));
    on(this, "console-settle", ({ detail }) => work.settle(detail.id, detail.state));
    on(this, "console-draft", ({ detail }) => this.#draft(detail));
    on(this, "console-block", ({ detail: { ticket, ...made } }) => work.decideBlock(ticket, made));
    on(this, "console-retry", ({ detail }) => this.replies.retry(detail));
    on(this, "console-typing", ({ detail }) => this.connection.typing(detail.conversation, detail.on));
    on(document, "keydown", (event) => this.#key(event));
    on(window, "online", () => this.#back());
    on(window, "offline", () => this.connection.lost());
    on(document, "visibilitychange", () => !document.hidden && this.#back());
    // Clocks go on by themselves.
    const ticking = setInterval(() => this.#soon(), 1000);
    signal.addEventListener("abort", () => clearInterval(ticking));
  }

  #back() {
    this.connection.wake();
    this.replies.flush();
    this.#soon();
  }

  #key(event) {
    if (!event.altKey || event.ctrlKey || event.metaKey) return;
    // The place of the key and not its letter: with Alt held, some layouts make another letter of it.
    const step = { KeyJ: 1, KeyK: -1 }[event.code];
    if (step === undefined) return;
    event.preventDefault();
    const next = this.store.neighbour(step);
    if (next !== null) this.work.select(next);
  }

  async #signOut() {
    try {
      await this.api.logout();
      emit(this, "console-signed-out");
    } catch (problem) {
      this.store.change({ notice: problem.message });
    }
  }

  #soon() {
    this.#drawing ??= setTimeout(() => this.#draw(), DRAW);
  }

  #draw() {
    clearTimeout(this.#drawing);
    this.#drawing = null;
    const { store } = this;
    if (store.selected && !document.hidden) store.seen(store.selected.conversation);
    this.banner.hidden = store.greeted || (store.line !== "ended" && !store.met);
    setText(this.banner, store.line === "ended" ? "连接已断开，请刷新页面。" : "网络已断开，正在重连…");
    this.toggleAttribute("selected", store.selected !== null);
    this.list.show(store);
    this.view.show(store, store.selected ? this.replies.pending(store.selected.conversation) : []);
    this.card.show(store);
    showCount(store.counts.waiting + store.unseen);
    writeAddress(store);
  }
}

customElements.define("console-desk", ConsoleDesk);
