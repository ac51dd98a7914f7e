/** Why a conversation came here, and what agents say about it: the console's pure parts. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Api, ApiError } from "../console/api.js";
import { asMeant, asMissed, asNeedless, groupsOf, markOf, markText, withNote } from "../console/marks.js";
import { ConsoleStore } from "../console/store.js";
import { handoffMessage, highlight, historyLines, ownWords, scoreLines, signsOf } from "../console/why.js";
import { Work } from "../console/work.js";
import { message, settle } from "./kit.js";

const ME = { id: "a_1", name: "小王" };
const at = (minutes) => new Date(Date.parse("2026-11-22T02:00:00Z") + minutes * 60_000).toISOString();
const read = (intent, emotion = "calm", values = {}) => ({ intent, emotion, confidence: 0.9, emotion_score: 0.8, outcome: "answered", ...values });
const bought = (seq, reading, values = {}) => message(seq, { sender: "buyer", at: at(seq), reading, marks: [], ...values });
const mark = (values = {}) => ({ kind: "missed", agent: ME, ticket: null, intent: null, note: null, at: at(9), ...values });

for (const [name, text, evidence, expected] of [
  ["nothing was found", "退款到了吗", [], [["退款到了吗", []]]],
  ["a word in the middle", "你们就是骗子吧", [{ text: "骗子", label: "angry", start: 4 }], [["你们就是", []], ["骗子", ["愤怒"]], ["吧", []]]],
  ["places count code points", "😡😡骗子", [{ text: "骗子", label: "angry", start: 2 }], [["😡😡", []], ["骗子", ["愤怒"]]]],
  ["a place of another text: the first such words", "退货。骗子", [{ text: "骗子", label: "angry", start: 0 }], [["退货。", []], ["骗子", ["愤怒"]]]],
  ["two labels on the same words, each once", "投诉", [{ text: "投诉", label: "complaint_threat", start: 0 }, { text: "投诉", label: "angry", start: 0 }, { text: "投诉", label: "angry", start: 0 }], [["投诉", ["投诉", "愤怒"]]]],
  ["words that are not there, or none", "你好", [{ text: "骗子", label: "angry", start: 0 }, { text: "", label: "angry", start: 0 }], [["你好", []]]],
]) {
  test(`the words in a text: ${name}`, () => {
    const pieces = highlight(text, evidence);
    assert.deepEqual(pieces.map((piece) => [piece.text, piece.labels]), expected);
    assert.equal(pieces.map((piece) => piece.text).join(""), text);
  });
}

test("no evidence at all is no error", () => assert.deepEqual(highlight("你好", undefined), [{ text: "你好", labels: [] }]));

for (const [name, readings, expected] of [
  ["the first question", [read("refund_status")], ["这是这一次来问的第一句话"]],
  ["asked three times, getting worse", [read("refund_status"), read("refund_status", "dissatisfied"), read("refund_status", "angry")],
    ["“退款进度”连着问了 3 次", "最近 3 条的情绪：平静 → 不满 → 生气"]],
  ["a greeting between does not count", [read("refund_status"), read("greet"), read("refund_status")],
    ["“退款进度”连着问了 2 次", "最近 3 条的情绪：平静 → 平静 → 平静"]],
  ["another question between starts over", [read("refund_status"), read("invoice_request"), read("refund_status")], ["最近 3 条的情绪：平静 → 平静 → 平静"]],
  ["an order named is a new question", [read("refund_status"), read("refund_status", "calm", { entities: [{ name: "order_number" }] })],
    ["最近 2 条的情绪：平静 → 平静"]],
  ["not understood twice", [read("other", "calm", { outcome: "asked_back" }), read("other", "calm", { outcome: "asked_back" })],
    ["智能客服连着 2 次没听懂", "最近 2 条的情绪：平静 → 平静"]],
]) {
  test(`the history: ${name}`, () => {
    const messages = readings.map((reading, index) => bought(index + 1, reading));
    assert.deepEqual(historyLines(messages, messages.at(-1)), expected);
  });
}

test("the history ends where an agent spoke, and at a pause of more than two hours", () => {
  const before = bought(1, read("refund_status", "angry"));
  const spoken = message(2, { sender: "agent", at: at(2) });
  const after = bought(3, read("refund_status"));
  assert.deepEqual(historyLines([before, spoken, after], after), ["这是这一次来问的第一句话"]);
  const late = bought(2, read("refund_status"), { at: at(200) });
  assert.deepEqual(historyLines([before, late], late), ["这是这一次来问的第一句话"]);
  assert.deepEqual(historyLines([bought(1, null)], bought(1, null)), []);
  assert.deepEqual(historyLines([], null), []);
});

test("what the bot adds up over a conversation is told by sign, and not found in the last message", () => {
  const evidence = [
    { kind: "emotion", label: "angry", text: "气人", source: "lexicon:anger" },
    { kind: "history", label: "repeated_failure", text: "退款呢", source: "history:asked_again" },
    { kind: "history", label: "repeated_failure", text: "我的退款呢", source: "history:asked_again" },
    { kind: "history", label: "repeated_failure", text: "不行", source: "history:something_new" },
  ];
  assert.deepEqual(signsOf(evidence), [{ sign: "同一问题反复问", quotes: ["退款呢", "我的退款呢"] }, { sign: "something_new", quotes: ["不行"] }]);
  assert.deepEqual(ownWords(evidence), evidence.slice(0, 1));
  assert.deepEqual(highlight("不行", evidence), [{ text: "不行", labels: [] }]);
  assert.deepEqual(signsOf(undefined), []);
  const messages = [bought(1, read("refund_status")), bought(2, read("refund_status", "angry"))];
  assert.deepEqual(historyLines(messages, messages[1], true), ["最近 2 条的情绪：平静 → 生气"]);
});

for (const [confidence, words] of [[0.93, "很有把握（0.93）"], [0.7, "比较有把握（0.70）"], [0.41, "把握不大（0.41）"], [0.2, "没有把握（0.20）"]]) {
  test(`the score of ${confidence}`, () => {
    assert.deepEqual(scoreLines(read("refund_status", "angry", { confidence, emotion_score: 0.61 })), [["意图", `退款进度，${words}`], ["情绪", "生气，比较明显（0.61）"]]);
  });
}

test("no reading has no score, and calm is not measured for clearness", () => {
  assert.deepEqual(scoreLines(null), []);
  assert.deepEqual(scoreLines({ intent: "other", emotion: "calm", emotion_score: 0.99 }), [["情绪", "平静（0.99）"]]);
});

test("a ticket is about the message that its history names", () => {
  const messages = [bought(1, null), message(2, { at: at(2) }), bought(3, null)];
  const opened = { event: "opened", actor: "bot", at: at(4), detail: { seq: 1 } };
  const claimed = { event: "claimed", actor: "小王", at: at(5), detail: {} };
  const pressed = { event: "queued", actor: "buyer", at: at(6), detail: {} };
  assert.deepEqual(handoffMessage([opened, claimed], messages), { message: messages[0], byBot: true });
  assert.deepEqual(handoffMessage([opened, claimed, pressed], messages), { message: messages[2], byBot: false });
  assert.deepEqual(handoffMessage([{ ...opened, at: at(2), detail: {} }], messages), { message: messages[0], byBot: true }, "before the desk noted it");
  assert.equal(handoffMessage([], messages), null);
  assert.equal(handoffMessage([opened], []), null);
});

test("a mark is found by its agent and worded with the intent's title", () => {
  const hers = mark({ agent: { id: "a_2", name: "小李" }, kind: "misread", intent: "refund_how" });
  const one = bought(1, null, { marks: [hers, mark()] });
  assert.equal(markOf(one, ME).kind, "missed");
  assert.equal(markOf(one, { id: "a_3" }), null);
  assert.equal(markOf({}, ME), null);
  assert.equal(markText(mark()), "漏转了（应转人工）");
  assert.equal(markText(hers, [{ intent: "refund_how", title: "怎么申请退款" }]), "读错了，应为“怎么申请退款”");
  assert.equal(markText(mark({ kind: "needless", note: "只是问进度" })), "这次转接不必要：只是问进度");
});

test("a press changes what it says and keeps the rest", () => {
  const noted = mark({ kind: "needless", ticket: "t_1", note: "只是问进度" });
  assert.deepEqual(asMeant(noted, "refund_how"), { kind: "needless", ticket: "t_1", intent: "refund_how", note: "只是问进度" });
  assert.deepEqual(asMeant(null, "refund_how"), { kind: "misread", ticket: null, intent: "refund_how", note: null });
  assert.deepEqual(asMissed(mark({ kind: "misread", intent: "complaint" })), { kind: "missed", ticket: null, intent: "complaint", note: null });
  assert.deepEqual(asNeedless(null, "t_1"), { kind: "needless", ticket: "t_1", intent: null, note: null });
  assert.deepEqual(withNote(noted, "  "), { kind: "needless", ticket: "t_1", intent: null, note: null });
});

test("the choices keep the desk's order within their groups", () => {
  const intents = [{ intent: "a", group: "一" }, { intent: "b", group: "二" }, { intent: "c", group: "一" }];
  assert.deepEqual(groupsOf(intents).map(([group, members]) => [group, members.map(({ intent }) => intent)]), [["一", ["a", "c"]], ["二", ["b"]]]);
});

test("a mark stands on its message once the desk has it; what is refused is said", async () => {
  const answers = [[mark()], new ApiError(400, { code: "bad_request", message: "备注最多 200 字。", retry: false })];
  const calls = [];
  const api = {
    ticket: async () => ({ ticket: { id: "t_1", conversation: "c_1" }, events: [] }),
    messages: async () => ({ messages: [] }),
    unmark: async (...all) => { calls.push(all); return []; },
    mark: async (...all) => {
      calls.push(all);
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  const store = new ConsoleStore();
  const work = new Work({ store, api, connection: { watch: () => {} }, replies: null });
  work.select({ id: "t_1", conversation: "c_1" });
  store.addMessage("c_1", bought(1, null), true);
  const marks = () => store.conversations.get("c_1").messages[0].marks;
  await work.mark(1, asMissed(null));
  assert.equal(marks().length, 1);
  await work.mark(1, null);
  assert.deepEqual(marks(), []);
  await work.mark(1, asMissed(null));
  await settle();
  assert.equal(store.notice, "备注最多 200 字。");
  assert.deepEqual(calls, [["c_1", 1, asMissed(null)], ["c_1", 1], ["c_1", 1, asMissed(null)]]);
});

test("marks are set and taken back at the message's address", async () => {
  const calls = [];
  const api = new Api(() => {}, async (path, { method, body }) => {
    calls.push([method, path, body]);
    return { ok: true, status: 200, json: async () => ({ marks: [], intents: [] }) };
  });
  await api.mark("c/1", 3, { kind: "missed" });
  await api.unmark("c/1", 3);
  await api.intents();
  const path = "/api/console/conversations/c%2F1/messages/3/mark";
  assert.deepEqual(calls, [["PUT", path, '{"kind":"missed"}'], ["DELETE", path, undefined], ["GET", "/api/console/intents", undefined]]);
});
