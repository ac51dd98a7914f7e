import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { addressOf, readAddress, writeAddress } from "../console/address.js";
import { Api, ApiError } from "../console/api.js";
import { waitingClock } from "../console/clock.js";
import { ConsoleConnection } from "../console/connection.js";
import { KNOWN, readingTags, reasonName } from "../console/labels.js";
import { Replies } from "../console/replies.js";
import { ConsoleStore } from "../console/store.js";
import { Outbox } from "../storefront/chat/outbox.js";
import { FakeNetwork, FakeStorage, FakeTimers, message, settle, state } from "./kit.js";

const ME = { id: "a_1", name: "小王", role: "agent", groups: [], stores: [] };
const NOW = Date.parse("2026-11-22T02:00:00Z");
const ago = (seconds) => new Date(NOW - seconds * 1000).toISOString();

function ticket(id, values = {}) {
  return {
    id, conversation: `c_${id}`, store: { id: "jd-digital", name: "鲸跃数码旗舰店" }, buyer: { name: "林女士", guest: false },
    kind: "queued", state: "waiting", group: "complaint", group_name: "投诉专席", priority: "high", reason: "angry", reason_text: "",
    evidence: [], card: {}, agent: null, return_offered: false, opened_at: ago(70), due_at: ago(-230), ended_at: null,
    assigned_at: null, last_text: null, last_at: null, ...values,
  };
}

const mine = (id) => ticket(id, { state: "assigned", agent: { id: ME.id, name: ME.name } });
const theirs = (id) => ticket(id, { state: "assigned", agent: { id: "a_2", name: "小李" } });

function linked() {
  const timers = new FakeTimers();
  const network = new FakeNetwork();
  const store = new ConsoleStore();
  const looking = { at: null };
  const signedOut = [];
  const connection = new ConsoleConnection({
    store, timers, random: () => 1, open: network.open, onSignedOut: () => signedOut.push(true),
    isLooking: (conversation) => conversation === looking.at,
  });
  connection.start();
  const greet = () => {
    network.socket.opens();
    network.socket.says({ type: "hello", agent: ME });
  };
  greet();
  return { timers, network, store, connection, looking, signedOut, greet };
}

const says = (network, conversation, seq, values) =>
  network.socket.says({ type: "message", conversation, message: message(seq, { reading: null, ...values }) });

test("the lists are cut out of the open tickets", () => {
  const store = new ConsoleStore();
  store.change({ agent: ME });
  store.setTickets([ticket("1"), mine("2"), theirs("3")], { waiting: 1, mine: 1, open: 3 });
  assert.deepEqual(["waiting", "mine", "open", "ended"].map((tab) => store.list(tab).map(({ id }) => id)), [["1"], ["2"], ["1", "2", "3"], []]);
});

test("the keys walk the list on show and stop at its ends", () => {
  const store = new ConsoleStore();
  store.setTickets([ticket("1"), ticket("2")], store.counts);
  assert.equal(store.neighbour(1).id, "1");
  assert.equal(store.neighbour(-1).id, "2");
  store.change({ selected: store.tickets[0] });
  assert.equal(store.neighbour(1).id, "2");
  assert.equal(store.neighbour(-1), null);
});

test("the selected ticket follows the lists", () => {
  const store = new ConsoleStore();
  store.change({ agent: ME, selected: ticket("1") });
  store.setTickets([theirs("1")], store.counts);
  assert.equal(store.selected.agent.name, "小李");
});

test("a watched conversation resumes after its last message when the line is back", () => {
  const { network, timers, store, connection, greet } = linked();
  connection.watch(["c_1"]);
  assert.deepEqual(network.socket.frames("watch"), [{ type: "watch", conversation: "c_1", after: 0 }]);
  says(network, "c_1", 1);
  says(network, "c_1", 2);
  network.socket.drops();
  assert.equal(store.greeted, false);
  timers.pass(1000);
  greet();
  assert.deepEqual(network.socket.frames("watch"), [{ type: "watch", conversation: "c_1", after: 2 }]);
});

test("a gap in a conversation is asked for once and never shown", () => {
  const { network, store, connection } = linked();
  connection.watch(["c_1"]);
  network.socket.says({ type: "state", conversation: "c_1", state: state() });
  says(network, "c_1", 2);
  says(network, "c_1", 3);
  assert.equal(store.lastSeq("c_1"), 0);
  assert.equal(network.socket.frames("watch").length, 2);
});

test("what is no longer watched is let go", () => {
  const { network, store, connection } = linked();
  connection.watch(["c_1", "c_2"]);
  connection.watch(["c_2"]);
  assert.deepEqual(network.socket.frames("unwatch"), [{ type: "unwatch", conversation: "c_1" }]);
  says(network, "c_1", 1);
  assert.equal(store.conversations.has("c_1"), false);
});

test("only what a buyer says behind the agent's back is news", () => {
  const { network, store, connection, looking } = linked();
  store.setTickets([mine("1")], store.counts);
  connection.watch(["c_1"]);
  says(network, "c_1", 1, { sender: "buyer" });
  assert.equal(store.unseen, 0, "history");
  network.socket.says({ type: "state", conversation: "c_1", state: state() });
  says(network, "c_1", 2, { sender: "buyer" });
  says(network, "c_1", 3, { sender: "system" });
  assert.equal(store.unseen, 1);
  looking.at = "c_1";
  says(network, "c_1", 4, { sender: "buyer" });
  assert.equal(store.unseen, 1);
});

for (const code of [4401, 4408]) {
  test(`close ${code} leads to the log-in`, () => {
    const { network, timers, signedOut } = linked();
    network.socket.drops(code);
    timers.pass(60_000);
    assert.equal(signedOut.length, 1);
    assert.equal(network.sockets.length, 1);
  });
}

function replying(answers) {
  const timers = new FakeTimers();
  const store = new ConsoleStore();
  const calls = [];
  const api = {
    reply: async (conversation, client_id, text, confirm) => {
      calls.push({ conversation, client_id, text, confirm });
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
    },
  };
  store.conversation("c_1");
  const outbox = new Outbox(new FakeStorage(), "console.a_1");
  const refused = [];
  const replies = new Replies({ outbox, api, store, timers, onRefused: (one) => refused.push(one) });
  return { timers, store, calls, outbox, refused, replies };
}

test("a reply is repeated under the same id while the network fails, and shown once", async () => {
  const down = new ApiError(0, { code: "unreachable", message: "网络不通", retry: true });
  const { timers, store, calls, replies } = replying([down]);
  await replies.send("c_1", "您好");
  assert.equal(replies.pending("c_1").length, 1);
  timers.pass(3000);
  await settle();
  assert.equal(calls.length, 2);
  assert.equal(calls[0].client_id, calls[1].client_id);
  store.addMessage("c_1", message(1, { sender: "agent", client_id: calls[0].client_id }), true);
  assert.deepEqual(replies.pending("c_1"), []);
});

test("a refused reply stays with the reason and can be sent again", async () => {
  const refused = new ApiError(403, { code: "forbidden", message: "请先接入再回复", retry: false });
  const { calls, replies } = replying([refused]);
  await replies.send("c_1", "您好");
  const [entry] = replies.pending("c_1");
  assert.equal(entry.failed, "请先接入再回复");
  await replies.retry(entry.client_id);
  assert.equal(calls.length, 2);
  assert.notEqual(calls[1].client_id, entry.client_id);
});

for (const code of ["reply_blocked", "reply_warned"]) {
  test(`a reply that the door stops goes back to its writer and holds up no other: ${code}`, async () => {
    const violations = [{ kind: "waiting", level: "warn", span: "稍等" }];
    const { calls, refused, replies } = replying([new ApiError(409, { code, message: "需要确认", retry: false, violations })]);
    await Promise.all([replies.send("c_1", "稍等"), replies.send("c_1", "第二条")]);
    assert.deepEqual(calls.map(({ text }) => text), ["稍等", "第二条"]);
    assert.deepEqual(refused.map(({ conversation, text, problem }) => [conversation, text, problem.violations]), [["c_1", "稍等", violations]]);
    assert.deepEqual(replies.pending("c_1").map(({ text }) => text), ["第二条"]);
  });
}

test("why a reply is sent all the same travels with it, also when it is repeated", async () => {
  const down = new ApiError(0, { code: "unreachable", message: "网络不通", retry: true });
  const { timers, calls, replies } = replying([down]);
  const confirm = { reason: "买家原话", kinds: ["waiting"] };
  await replies.send("c_1", "稍等", confirm);
  timers.pass(3000);
  await settle();
  assert.deepEqual(calls.map((call) => call.confirm), [confirm, confirm]);
});

test("replies of one conversation keep their order", async () => {
  const { calls, replies } = replying([]);
  await Promise.all([replies.send("c_1", "一"), replies.send("c_1", "二"), replies.send("c_1", "三")]);
  assert.deepEqual(calls.map(({ text }) => text), ["一", "二", "三"]);
});

const answering = (status, body) => async () => ({
  ok: status < 400,
  status,
  json: async () => (body === undefined ? JSON.parse("<html>") : body),
});

test("an error carries the desk's words", async () => {
  const body = { type: "error", code: "conflict", message: "客服 小李 已经先接入了这个会话。", field: null, retry: false, client_id: null };
  const api = new Api(() => {}, answering(409, body));
  await assert.rejects(api.change("t_1", "claim"), { status: 409, code: "conflict", message: "客服 小李 已经先接入了这个会话。", retry: false });
});

test("an answer that is no JSON, and no answer at all, have words too", async () => {
  await assert.rejects(new Api(() => {}, answering(502, undefined)).me(), { status: 502, retry: true });
  const offline = async () => { throw new TypeError("Failed to fetch"); };
  await assert.rejects(new Api(() => {}, offline).me(), { message: "网络不通，请检查网络后再试。", retry: true });
});

test("a session that ended during work leads to the log-in; a wrong password does not", async () => {
  const ended = [];
  const api = new Api(() => ended.push(1), answering(401, { code: "token_expired", message: "x", retry: false }));
  await assert.rejects(api.login("小王", "x"));
  await assert.rejects(api.me());
  assert.equal(ended.length, 0);
  await assert.rejects(api.ended());
  assert.equal(ended.length, 1);
});

for (const [name, given, text, level] of [
  ["in time", {}, "已等 1:10", "fine"],
  ["nearly late", { due_at: ago(-30) }, "已等 1:10", "soon"],
  ["late", { due_at: ago(65) }, "超时 1:05", "late"],
  ["a left message", { kind: "left_message" }, "留言", "rest"],
  ["a late left message", { kind: "left_message", due_at: ago(5) }, "超时 0:05", "late"],
  ["taken", { state: "assigned" }, "", "rest"],
]) {
  test(`the waiting clock: ${name}`, () => {
    const clock = waitingClock(ticket("1", given), NOW);
    assert.deepEqual([clock.text, clock.level], [text, level]);
  });
}

test("the tags of a reading name intent, mood and risks once each, and calm not at all", () => {
  assert.deepEqual(readingTags(null), []);
  assert.deepEqual(readingTags({ intent: "refund_status", emotion: "calm", risk: [] }).map(({ text }) => text), ["退款进度"]);
  const reading = { intent: "complaint", emotion: "angry", risk: ["complaint_threat", "safety"] };
  assert.deepEqual(readingTags(reading).map(({ text }) => text), ["投诉", "愤怒", "人身安全"]);
  assert.equal(reasonName("something_new"), "something_new");
});

test("every intent that the bot can offer has a name at the console", () => {
  const titles = readFileSync(new URL("../../rules/intent_titles.yml", import.meta.url), "utf8");
  const intents = [...titles.matchAll(/^ {2}(\w+):/gm)].map(([, intent]) => intent);
  assert.ok(intents.length > 20);
  assert.deepEqual(intents.filter((intent) => !KNOWN.intents.includes(intent)), []);
});

test("every reason for a handoff has a name at the console", () => {
  const code = readFileSync(new URL("../../aftersales/escalation.py", import.meta.url), "utf8");
  const reasons = [...code.matchAll(/_Cause\(\s*"(\w+)"/g)].map(([, reason]) => reason);
  assert.ok(reasons.length > 8);
  assert.deepEqual(reasons.filter((reason) => !KNOWN.reasons.includes(reason)), []);
});

test("the address names list and ticket, and is left alone while the ticket is being fetched", () => {
  assert.equal(addressOf({ tab: "mine", selected: { id: "t_1" } }), "?tab=mine&ticket=t_1");
  assert.deepEqual(readAddress("?tab=mine&ticket=t_1"), { tab: "mine", ticket: "t_1" });
  assert.deepEqual(readAddress("?tab=unheard"), { tab: "waiting", ticket: null });
  const written = [];
  const page = { location: { search: "?ticket=t_1" }, history: { replaceState: (...all) => written.push(all[2]) } };
  writeAddress({ tab: "waiting", selected: null, restoring: true }, page);
  assert.deepEqual(written, []);
  writeAddress({ tab: "waiting", selected: null, restoring: false }, page);
  assert.deepEqual(written, ["?tab=waiting"]);
});
