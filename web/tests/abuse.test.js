/** The abuse box: when it is there, what it says, and the material that a person files. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { boxKind, checkedText, dateText, decisionText, materialText, missing, momentText, requestLines } from "../console/abuse.js";
import { Api } from "../console/api.js";
import { ConsoleStore } from "../console/store.js";
import { Work } from "../console/work.js";
import { message, settle } from "./kit.js";

const REQUEST = {
  reason: "善意提醒后，买家又发来6条与购物无关的辱骂消息",
  reminded_at: "2026-11-22T02:05:00.000+00:00",
  evidence: [
    { seq: 7, at: "2026-11-22T02:06:00.000+00:00", text: "第一句" },
    { seq: 9, at: "2026-11-22T16:30:00.000+00:00", text: "第二句\n换行" },
  ],
  longest_months: 3, longest_days: 90, longest_until: "2027-02-20T02:10:00.000+00:00", lift_within_hours: 2,
  rules: [{ id: "BLK-01", statement: "条件", checked: "2022-09-14" }, { id: "BLK-03", statement: "期限", checked: "2023-01-01" }],
};
const TICKET = { id: "t_1", conversation: "c_1", state: "assigned", agent: { id: "a_1" }, store: { name: "鲸跃数码旗舰店" }, buyer: { name: "林女士" } };
const DECISION = { decision: "filed", agent: { id: "a_1", name: "小王" }, at: "2026-11-22T02:10:00.000+00:00", days: 30, note: "受理编号 7" };
const state = (values = {}) => ({ step: "nothing", counts: {}, reminded_at: null, draft: null, request: null, decision: null, ...values });

for (const [name, abuse, isMine, expected] of [
  ["nothing is known yet", null, true, null],
  ["calm", state(), true, null],
  ["soothed", state({ step: "soothe" }), true, null],
  ["a reminder is due, and mine to give", state({ step: "remind", draft: "…" }), true, "remind"],
  ["a reminder is due, and not mine", state({ step: "remind", draft: "…" }), false, null],
  ["reminded", state({ step: "stay_kind" }), true, null],
  ["a request is prepared", state({ step: "prepare_request", request: REQUEST }), false, "request"],
  ["it was decided", state({ step: "prepare_request", request: REQUEST, decision: DECISION }), true, "decided"],
  ["it was decided, and the buyer is calm again", state({ decision: DECISION }), true, "decided"],
]) {
  test(`the box when ${name}`, () => assert.equal(boxKind(abuse, isMine), expected));
}

test("times are on China's clock and always say the day", () => {
  assert.equal(momentText("2026-11-22T16:30:00.000+00:00"), "2026年11月23日 00:30");
  assert.equal(dateText("2026-12-31T16:00:00Z"), "2027年1月1日");
});

test("the lines of a request", () => {
  assert.deepEqual(requestLines(REQUEST), [
    ["善意提醒", "2026年11月22日 10:05"],
    ["最长期限", "3 个月，现在提交最晚到 2027年2月20日"],
    ["解除", "平台通知后须在2小时内解除"],
  ]);
});

test("the material is whole, a message a line", () => {
  const text = materialText(REQUEST, TICKET);
  for (const part of ["鲸跃数码旗舰店", "林女士", "c_1", REQUEST.reason, "2027年2月20日", "2小时内解除", "BLK-01 条件", "2022-09-14"]) assert.ok(text.includes(part), part);
  assert.ok(text.split("\n").includes("1. 2026年11月22日 10:06 第一句"));
  assert.ok(text.split("\n").includes("2. 2026年11月23日 00:30 第二句 换行"));
});

test("rules that nobody has looked at are named as such", () => {
  assert.match(checkedText(REQUEST.rules), /2022-09-14/);
  assert.equal(checkedText([{ id: "BLK-01", statement: "条件", checked: null }]), "提交前请以平台后台的现行规则为准。");
});

test("a decision in words", () => {
  assert.equal(decisionText(DECISION), "客服 小王 2026年11月22日 10:10 记录：已在平台后台提交，申请 30 天（受理编号 7）");
  assert.equal(decisionText({ ...DECISION, decision: "dismissed", days: null, note: "" }), "客服 小王 2026年11月22日 10:10 记录：不申请");
});

for (const [name, decision, given, field] of [
  ["not filed: nothing is needed", "dismissed", { days: NaN, note: "" }, undefined],
  ["no days", "filed", { days: NaN, note: "受理编号 7" }, "days"],
  ["half a day", "filed", { days: 1.5, note: "受理编号 7" }, "days"],
  ["too long", "filed", { days: 91, note: "受理编号 7" }, "days"],
  ["no note", "filed", { days: 90, note: " " }, "note"],
  ["all there", "filed", { days: 90, note: "受理编号 7" }, undefined],
]) {
  test(`what is missing: ${name}`, () => assert.equal(missing(decision, given, 90)?.field, field));
}

/** A console on one ticket, whose desk answers `answers` in turn and keeps what it was asked. */
function working(...answers) {
  const store = new ConsoleStore();
  const asked = [];
  const api = {
    ticket: async () => ({ ticket: TICKET, events: [] }),
    promises: async () => [],
    abuse: async (ticket) => (asked.push(ticket), answers.shift() ?? state()),
    decideBlock: async (ticket, body) => {
      asked.push(body);
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  const work = new Work({ store, api, connection: { watch: () => {} }, replies: {} });
  store.change({ agent: { id: "a_1" } });
  return { store, work, asked };
}

async function opened(...answers) {
  const one = working(...answers);
  one.store.setState("c_1", { owner: "agent", epoch: 2 });
  one.work.select(TICKET);
  await settle();
  return one;
}

test("the state is asked for with the ticket, and again after what people say, not the bot", async () => {
  const { store, asked } = await opened(state({ step: "soothe" }), state({ step: "remind" }));
  assert.deepEqual([asked.length, store.abuse.step], [1, "soothe"]);
  store.addMessage("c_1", message(1, { sender: "buyer", reading: null, marks: [] }), true);
  await settle();
  store.addMessage("c_1", message(2, { sender: "bot", reading: null, marks: [] }), true);
  await settle();
  assert.deepEqual([asked.length, store.abuse.step], [2, "remind"]);
});

test("another ticket begins with nothing", async () => {
  const { store, work } = await opened(state({ step: "remind" }));
  work.select(null);
  assert.equal(store.abuse, null);
});

test("a decision is shown; a refusal is told in the box and the state asked for again", async () => {
  const refusal = Object.assign(new Error("客服 小李 已经记录过处理结果。"), { code: "conflict" });
  const { store, work, asked } = await opened(state({ request: REQUEST }), refusal, state({ decision: DECISION }), state({ decision: DECISION }));
  await work.decideBlock("t_1", { decision: "filed", days: 30, note: "受理编号 7" });
  await settle();
  assert.deepEqual(asked.slice(1), [{ decision: "filed", days: 30, note: "受理编号 7" }, "t_1"]);
  assert.equal(store.abuseProblem, refusal.message);
  assert.equal(store.abuse.decision.days, 30);
  await work.decideBlock("t_1", { decision: "dismissed", days: 0, note: "" });
  assert.equal(store.abuseProblem, null);
});

test("the calls", async () => {
  const calls = [];
  const api = new Api(() => {}, async (path, options) => (calls.push([options.method, path, options.body]), { ok: true, json: async () => state() }));
  await api.abuse("t/1");
  await api.decideBlock("t_1", { decision: "dismissed", days: 0, note: "" });
  assert.deepEqual(calls, [
    ["GET", "/api/console/tickets/t%2F1/abuse", undefined],
    ["POST", "/api/console/tickets/t_1/abuse", '{"decision":"dismissed","days":0,"note":""}'],
  ]);
});
