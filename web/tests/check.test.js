import assert from "node:assert/strict";
import { test } from "node:test";
import { Checker, PAUSE, clauseAround, sentenceIn } from "../console/check.js";
import { dueLine } from "../console/promises.js";
import { FakeTimers, settle } from "./kit.js";

const waiting = { verdict: "warn", violations: [{ kind: "waiting", level: "warn", span: "稍等一下", instead: "" }] };

/** A checker whose desk answers when the test says so. */
function checking() {
  const timers = new FakeTimers();
  const asked = [];
  const check = (conversation, text) => new Promise((resolve, reject) => asked.push({ conversation, text, resolve, reject }));
  let changes = 0;
  const checker = new Checker({ check, timers, onChange: () => (changes += 1) });
  return { timers, asked, checker, changes: () => changes };
}

test("the desk is asked once the words stand still, and not again about the same ones", () => {
  const { timers, asked, checker } = checking();
  for (const text of ["您", "您稍", "您稍等"]) {
    checker.typed("c_1", text);
    timers.pass(PAUSE - 1);
  }
  assert.equal(asked.length, 0);
  timers.pass(1);
  checker.typed("c_1", "您稍等");
  timers.pass(PAUSE * 2);
  assert.deepEqual(asked.map(({ text }) => text), ["您稍等"]);
});

test("an answer to older words is dropped, and a finding stays while its words stand", async () => {
  const { timers, asked, checker } = checking();
  checker.typed("c_1", "您稍等一下");
  timers.pass(PAUSE);
  checker.typed("c_1", "您稍等一下吧");
  timers.pass(PAUSE);
  asked[1].resolve(waiting);
  await settle();
  asked[0].resolve({ verdict: "pass", violations: [] });
  await settle();
  assert.equal(checker.verdict("c_1", "您稍等一下吧"), "warn");
  assert.equal(checker.verdict("c_1", "您稍等一下"), null);
  assert.equal(checker.findings("好的，您稍等一下").length, 1);
  assert.equal(checker.findings("我马上去查").length, 0);
  checker.typed("c_1", "");
  assert.equal(checker.findings("您稍等一下").length, 0);
});

test("another conversation's words are other words", async () => {
  const { timers, asked, checker } = checking();
  checker.typed("c_1", "您稍等一下");
  timers.pass(PAUSE);
  checker.typed("c_2", "您稍等一下");
  asked[0].resolve(waiting);
  await settle();
  assert.equal(checker.verdict("c_2", "您稍等一下"), null);
  timers.pass(PAUSE);
  assert.equal(asked[1].conversation, "c_2");
});

test("whoever sends before the pause is over is answered at once", async () => {
  const { timers, asked, checker } = checking();
  checker.typed("c_1", "您稍等一下");
  const settled = checker.settle("c_1", "您稍等一下");
  asked[0].resolve(waiting);
  assert.deepEqual(await settled, waiting);
  timers.pass(PAUSE * 2);
  assert.equal(asked.length, 1);
  assert.deepEqual(await checker.settle("c_1", "您稍等一下"), waiting);
  assert.equal(asked.length, 1);
});

test("a desk that is silent or refuses to look holds up nobody", async () => {
  const { timers, asked, checker } = checking();
  const late = checker.settle("c_1", "您好");
  timers.pass(5000);
  assert.equal(await late, null);
  const refused = checker.settle("c_1", "您好呀");
  asked[1].reject(new Error("429"));
  assert.equal(await refused, null);
});

test("what the desk refused on arrival counts as its answer", () => {
  const { checker } = checking();
  checker.told("c_1", "您稍等一下", waiting.violations);
  assert.equal(checker.verdict("c_1", "您稍等一下"), "warn");
  checker.told("c_1", "加我微信", [{ kind: "offsite_contact", level: "block", span: "加我微信", instead: "" }]);
  assert.equal(checker.verdict("c_1", "加我微信"), "block");
});

const ADVICE = [
  ["说出正在做的动作和时间，例如“我现在去查物流，10分钟内回复您”", "我现在去查物流，10分钟内回复您"],
  ["如实说自己是谁；需要时说“我为您转接专员”", "我为您转接专员"],
  ["改成商量的口气：“麻烦您……”“方便的话请您……”", null],
  ["拿不准的写“预计”，金额由专员核实后确认", null],
  ["请买家就在这里沟通，图片和视频也可以直接发在这里", null],
];
for (const [instead, sentence] of ADVICE) {
  test(`a sentence to send, or only advice: ${instead}`, () => assert.equal(sentenceIn(instead), sentence));
}

const CLAUSES = [
  ["好的，您稍等一下。谢谢", "稍等一下", "您稍等一下"],
  ["您稍等一下", "稍等", "您稍等一下"],
  ["第一行\n稍等哈\n第三行", "稍等", "稍等哈"],
  ["已经改过了", "稍等", ""],
];
for (const [text, span, clause] of CLAUSES) {
  test(`the clause around ${span} in ${JSON.stringify(text)}`, () => assert.equal(text.slice(...clauseAround(text, span)), clause));
}

const NOW = Date.parse("2026-11-22T10:00:00+08:00");
const DUE = [
  [{ state: "open", due_at: "2026-11-22T02:10:00.000+00:00" }, "open", "10:10 前"],
  [{ state: "open", due_at: "2026-11-22T16:00:00.000+00:00" }, "open", "23:59 前"],
  [{ state: "open", due_at: "2026-11-22T01:59:00.000+00:00" }, "late", "已过期，应在 09:59 前"],
  [{ state: "open", due_at: null }, "none", "没有时限"],
  [{ state: "kept", due_at: "2026-11-22T01:59:00.000+00:00" }, "kept", "✓ 已兑现"],
  [{ state: "missed", due_at: null }, "missed", "没做到"],
];
for (const [promise, level, text] of DUE) {
  test(`a promise that is ${promise.state}, due ${promise.due_at}`, () => assert.deepEqual(dueLine(promise, NOW), { level, text }));
}
