import assert from "node:assert/strict";
import { test } from "node:test";
import { titleWith } from "../storefront/chat/base/title.js";
import { clockText, dayText, lengthText, needsSeparator } from "../storefront/chat/base/time.js";
import { lengthOf } from "../storefront/chat/protocol.js";
import { ChatStore } from "../storefront/chat/store.js";
import { buttons, connectionLine, counter, senderLabel, sendingLine, stateLine, typingText } from "../storefront/chat/view.js";
import { message, state } from "./kit.js";

const NOW = Date.parse("2026-11-22T10:00:00+08:00");

for (const [iso, expected] of [
  ["2026-11-22T09:05:00.000+08:00", "09:05"],
  ["2026-11-21T16:05:00.000+00:00", "00:05"],
  ["2026-11-21T15:59:00.000+00:00", "昨天 23:59"],
  ["2026-11-20T23:59:00.000+08:00", "11月20日 23:59"],
  ["2025-12-31T08:00:00.000+08:00", "2025年12月31日 08:00"],
]) {
  test(`${iso} reads as ${expected}`, () => assert.equal(dayText(iso, NOW), expected));
}

test("the clock is China's, wherever the browser stands", () => {
  assert.equal(clockText("2026-11-22T02:00:00.000+00:00"), "10:00");
});

test("a time stands before the first message and after a pause of more than five minutes", () => {
  assert.equal(needsSeparator(null, "2026-11-22T10:00:00+08:00"), true);
  assert.equal(needsSeparator("2026-11-22T10:00:00+08:00", "2026-11-22T10:05:00+08:00"), false);
  assert.equal(needsSeparator("2026-11-22T10:00:00+08:00", "2026-11-22T10:05:01+08:00"), true);
});

for (const [milliseconds, expected] of [[0, "0:00"], [42_900, "0:42"], [725_000, "12:05"], [3_729_000, "1:02:09"], [-5, "0:00"]]) {
  test(`${milliseconds} ms last ${expected}`, () => assert.equal(lengthText(milliseconds), expected));
}

for (const [name, given, expected] of [
  ["bot", {}, "智能客服"],
  ["queue", { owner: "queue", queue: { position: 3, ahead: 2 } }, "排队中 第3位"],
  ["queue without a position", { owner: "queue" }, "排队中"],
  ["agent", { owner: "agent", agent: { name: "小王" } }, "客服 小王"],
  ["closed", { owner: "closed" }, "已结束"],
]) {
  test(`the header says who answers: ${name}`, () => {
    assert.equal(stateLine({ state: state(given), welcomed: true }).text, expected);
  });
}

test("before the desk has spoken the header claims nothing", () => {
  assert.equal(stateLine({ state: state(), welcomed: false }).text, "正在连接…");
});

for (const [owner, enabled, leave] of [["bot", true, false], ["closed", true, false], ["queue", false, true], ["agent", false, false]]) {
  test(`转人工 is in sight with owner ${owner}`, () => {
    const shown = buttons({ state: state({ owner }), welcomed: true });
    assert.match(shown.human.text, /^转人工/);
    assert.equal(shown.human.enabled, enabled);
    assert.equal(shown.leaveQueue, leave);
  });
}

test("the offer to hand back is shown only while an agent makes it", () => {
  const offered = (owner, return_offered) => buttons({ state: state({ owner, return_offered }), welcomed: true }).offer;
  assert.deepEqual([offered("agent", true), offered("agent", false), offered("bot", true)], [true, false, false]);
});

for (const [line, welcomed, expected] of [
  ["open", true, null],
  ["connecting", false, "正在连接客服…"],
  ["waiting", true, "网络已断开，正在重连…"],
  ["connecting", true, "网络已断开，正在重连…"],
  ["ended", true, "连接已断开。"],
]) {
  test(`the banner with line ${line}, welcomed ${welcomed}`, () => {
    assert.equal(connectionLine({ line, welcomed })?.text ?? null, expected);
  });
}

for (const [given, expected, retry] of [
  [{ pending: true, failed: null, open: true }, "发送中", undefined],
  [{ pending: true, failed: null, open: false }, "未发出，恢复网络后自动发送", true],
  [{ pending: true, failed: "内容有点长", open: true }, "发送失败", true],
  [{ pending: false, failed: null, open: true, last: true }, "已发送", undefined],
]) {
  test(`under a message of the buyer: ${expected}`, () => {
    const line = sendingLine(given);
    assert.equal(line.text, expected);
    assert.equal(line.retry, retry);
  });
}

test("every message has a sender", () => {
  assert.equal(senderLabel(message(1)), "智能客服");
  assert.equal(senderLabel(message(1, { sender: "agent", name: "客服 小王" })), "客服 小王");
  assert.equal(senderLabel(message(1, { sender: "buyer", name: "林女士" })), "我");
  assert.equal(senderLabel(message(1, { sender: "system", name: "" })), "系统消息");
});

test("characters are counted as the desk counts them", () => {
  assert.equal(lengthOf("好😀𠮷"), 3);
  assert.deepEqual(counter(1001, 1000), { text: "1001/1000", over: true, near: true });
  assert.equal(counter(1000, 1000).over, false);
});

test("who is typing is said in words", () => {
  assert.deepEqual([typingText("bot"), typingText("agent"), typingText(null)], ["智能客服正在输入", "客服正在输入", ""]);
});

for (const [count, title, expected] of [[0, "(3) 店铺", "店铺"], [2, "店铺", "(2) 店铺"], [120, "(7) 店铺", "(99+) 店铺"], [1, "(99+) 店铺", "(1) 店铺"]]) {
  test(`title with ${count} of ${title}`, () => assert.equal(titleWith(count, title), expected));
}

const choices = [{ id: "ch_1", title: "订单一" }];

test("choices are on offer until anything is said after them", () => {
  const entries = [];
  const store = new ChatStore(() => entries);
  store.add(message(1, { choices }));
  store.add(message(2));
  assert.deepEqual(store.choices, choices);
  entries.push({ client_id: "w_1", kind: "send", text: "订单一", failed: null });
  assert.deepEqual(store.choices, []);
  entries.length = 0;
  store.add(message(3, { sender: "buyer", client_id: "w_1" }));
  store.add(message(4));
  assert.deepEqual(store.choices, []);
});

test("unread are the messages of others after the last one seen", () => {
  const store = new ChatStore();
  store.add(message(1));
  store.change({ read: 1 });
  store.add(message(2, { sender: "agent" }));
  store.add(message(3, { sender: "system" }));
  assert.equal(store.unread, 2);
  store.add(message(4, { sender: "buyer" }));
  assert.equal(store.unread, 0);
});
