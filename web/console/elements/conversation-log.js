/** The messages as the agent sees them, with what the bot read in the buyer's. */

import { el, emit, keyed, setText } from "../../storefront/chat/base/dom.js";
import { clockText, dayText, needsSeparator } from "../../storefront/chat/base/time.js";
import { readingTags } from "../labels.js";
import { highlight } from "../why.js";
import { markedPiece } from "./marked-text.js";
import "./mark-menu.js";

const NEAR = 60;

export class ConversationLog extends HTMLElement {
  #ticket = null;
  #stick = true;
  #resized = new ResizeObserver(() => this.#stick && this.#toEnd());

  connectedCallback() {
    this.list = el("div", { class: "messages", role: "log", "aria-live": "polite", "aria-label": "会话内容", tabindex: "0" });
    this.typing = el("p", { class: "typing", role: "status", hidden: true }, "买家正在输入…");
    this.replaceChildren(this.list, this.typing);
    this.list.addEventListener("scroll", () => this.#look(), { passive: true });
    // What was opened must not be scrolled away while somebody chooses in it.
    this.list.addEventListener("mark-panel", ({ detail: open }) => (open ? (this.#stick = false) : this.#look()));
    this.#resized.observe(this.list);
  }

  disconnectedCallback() {
    this.#resized.disconnect();
  }

  show(ticket, conversation, pending, { line, agent, intents }) {
    if (ticket.id !== this.#ticket) {
      this.#ticket = ticket.id;
      this.#stick = true;
      this.list.replaceChildren();
    }
    this.list.setAttribute("aria-busy", String(!conversation?.caughtUp));
    const items = itemsOf(conversation?.messages ?? [], pending, ticket, line === "open", Date.now());
    keyed(this.list, items, (item) => this.#make(item), (node, item) => update(node, item, agent, intents));
    this.typing.hidden = !conversation?.typing;
    if (this.#stick || pending.length > 0) this.#toEnd();
  }

  #make(item) {
    if (item.separator !== undefined) return el("div", { class: "separator" }, item.separator);
    const again = el("button", { type: "button", class: "link-button", onclick: () => emit(this, "console-retry", item.key) }, "重新发送");
    const node = el(
      "article",
      { class: "bubble" },
      el("div", { class: "who" }, el("span", { class: "label" }), el("span", { class: "ai-badge" }, "AI"), el("time")),
      el("p", { class: "text" }),
      el("div", { class: "readings" }),
      el("mark-menu", { hidden: true }),
      el("div", { class: "foot" }, el("span"), again),
    );
    return node;
  }

  #look() {
    this.#stick = this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < NEAR;
  }

  #toEnd() {
    this.#stick = true;
    this.list.scrollTop = this.list.scrollHeight;
  }
}

function update(node, { separator, message, label, status }, agent, intents) {
  if (separator !== undefined) return;
  const [who, text, readings, marking, foot] = node.children;
  node.dataset.sender = message.sender;
  node.dataset.status = status?.kind ?? "none";
  setText(who.children[0], label);
  who.children[1].hidden = message.sender !== "bot";
  setText(who.children[2], message.at ? clockText(message.at) : "");
  writeText(text, message);
  const tags = readingTags(message.reading).map((tag) => ({ key: tag.text, ...tag }));
  keyed(readings, tags, (tag) => el("span", { class: "tag", "data-kind": tag.kind }, tag.text));
  readings.hidden = tags.length === 0;
  marking.hidden = message.sender !== "buyer";
  if (!marking.hidden) marking.show(message, agent, intents);
  foot.hidden = !status;
  setText(foot.children[0], status?.text ?? "");
  foot.children[1].hidden = status?.kind !== "failed";
}

/** The words that led to the reading are marked in the text; drawn again only when the reading has come. */
function writeText(node, { text, reading, sender }) {
  const pieces = sender === "buyer" ? highlight(text, reading?.evidence) : [{ text, labels: [] }];
  if (pieces.every(({ labels }) => labels.length === 0)) return setText(node, text);
  if (node.querySelector("mark") === null) node.replaceChildren(...pieces.map(markedPiece));
}

function itemsOf(messages, pending, ticket, open, now) {
  const items = [];
  let previous = null;
  const put = (key, at, item) => {
    if (needsSeparator(previous, at)) items.push({ key: `time:${key}`, separator: dayText(at, now) });
    previous = at;
    items.push({ key, ...item });
  };
  for (const message of messages) {
    const key = message.sender === "agent" && message.client_id ? message.client_id : `seq:${message.seq}`;
    put(key, message.at, { message, label: labelOf(message, ticket) });
  }
  for (const { client_id, text, at, failed } of pending) {
    const kind = failed !== null ? "failed" : "sending";
    const words = failed !== null ? `发送失败：${failed}` : open ? "发送中" : "未发出，恢复网络后自动发送";
    const message = { sender: "agent", text, at: null, reading: null };
    put(client_id, new Date(at).toISOString(), { message, label: "我", status: { kind, text: words } });
  }
  return items;
}

function labelOf(message, ticket) {
  if (message.sender === "buyer") return ticket.buyer.guest ? "游客" : message.name || ticket.buyer.name || "买家";
  return message.name || { bot: "智能客服", agent: "客服", system: "系统消息" }[message.sender];
}

customElements.define("conversation-log", ConversationLog);
