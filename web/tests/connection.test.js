import assert from "node:assert/strict";
import { test } from "node:test";
import { Connection } from "../storefront/chat/connection.js";
import { Outbox } from "../storefront/chat/outbox.js";
import { ChatStore } from "../storefront/chat/store.js";
import { FakeNetwork, FakeStorage, FakeTimers, messageFrame, settle, state, stateFrame, welcome } from "./kit.js";

function build({ storage = new FakeStorage(), tokens = [] } = {}) {
  const timers = new FakeTimers();
  const network = new FakeNetwork();
  const outbox = new Outbox(storage, "jd/u1", () => timers.now);
  const store = new ChatStore(() => outbox.entries);
  const asked = [];
  let ids = 0;
  const connection = new Connection({
    store, outbox, timers, random: () => 1, now: () => timers.now, open: network.open, ids: () => `w_${(ids += 1)}_${timers.now}`,
    getToken: async (previous) => {
      asked.push(previous);
      const next = tokens.shift();
      if (next instanceof Error) throw next;
      return { token: next ?? `token${asked.length}`, expires_at: new Date(timers.now + 3_600_000).toISOString() };
    },
  });
  connection.start();
  return { timers, network, outbox, store, connection, asked, storage };
}

/** A chat that is open and has the greeting. */
async function opened(options) {
  const chat = build(options);
  chat.network.socket.opens();
  await settle();
  chat.network.socket.says(welcome({ last_seq: 1 }));
  chat.network.socket.says(messageFrame(1));
  return chat;
}

/** Drop the line and come back, greeted again. */
async function returned({ network, timers }, last_seq) {
  network.socket.drops();
  network.nextSocket(timers);
  network.socket.opens();
  await settle();
  network.socket.says(welcome({ last_seq }));
}

test("the first frame is hello with a token from the shop and nothing received yet", async () => {
  const { network, asked } = build();
  network.socket.opens();
  await settle();
  assert.deepEqual(network.socket.sent, [{ type: "hello", token: "token1", after: 0 }]);
  assert.deepEqual(asked, [null]);
});

test("after a cut it resumes behind the last message it has, with the same token", async () => {
  const chat = await opened();
  chat.network.socket.drops();
  assert.equal(chat.store.line, "waiting");
  chat.timers.pass(1000);
  chat.network.socket.opens();
  await settle();
  assert.deepEqual(chat.network.socket.sent, [{ type: "hello", token: "token1", after: 1 }]);
});

test("a gap is not shown; everything after the last message is asked for, once", async () => {
  const { network, store } = await opened();
  network.socket.says(messageFrame(3));
  network.socket.says(messageFrame(4));
  assert.equal(store.lastSeq, 1);
  assert.deepEqual(network.socket.frames("hello").map((frame) => frame.after), [0, 1]);
  network.socket.says(welcome({ last_seq: 4 }));
  for (const seq of [2, 3, 4]) network.socket.says(messageFrame(seq));
  assert.deepEqual(store.messages.map(({ seq }) => seq), [1, 2, 3, 4]);
  network.socket.says(messageFrame(6));
  assert.equal(network.socket.frames("hello").at(-1).after, 4);
});

test("a message that comes twice is shown once", async () => {
  const { network, store } = await opened();
  network.socket.says(messageFrame(1));
  assert.equal(store.lastSeq, 1);
});

test("a message is sent, confirmed, and shown once whichever of row and receipt comes first", async () => {
  for (const rowFirst of [true, false]) {
    const { network, store, outbox, connection } = await opened();
    connection.send("什么时候到");
    const { client_id, text } = network.socket.frames("send")[0];
    assert.equal(text, "什么时候到");
    const row = messageFrame(2, { sender: "buyer", client_id, text });
    const receipt = { type: "ack", client_id, seq: 2, id: "m_2", at: row.at };
    for (const frame of rowFirst ? [row, receipt] : [receipt, row]) {
      network.socket.says(frame);
      const shown = [...store.messages, ...store.pending].filter((one) => one.client_id === client_id);
      assert.equal(shown.length, 1);
    }
    assert.deepEqual(outbox.entries, []);
  }
});

test("what was not confirmed before a cut is sent again under the same id, what was confirmed is not", async () => {
  const chat = await opened();
  chat.connection.send("第一句");
  const { client_id } = chat.network.socket.frames("send")[0];
  await returned(chat, 1);
  assert.deepEqual(chat.network.socket.frames("send").map((frame) => frame.client_id), [client_id]);
  chat.network.socket.says({ type: "ack", client_id, seq: 2, id: "m_2", at: "2026-11-22T10:00:00.000+08:00" });
  await returned(chat, 2);
  assert.deepEqual(chat.network.socket.frames("send"), []);
  assert.equal(chat.store.pending.length, 1);
  chat.network.socket.says(messageFrame(2, { sender: "buyer", client_id }));
  assert.equal(chat.store.pending.length, 0);
});

test("several messages go one after the other, so that a retry cannot overtake", async () => {
  const { network, connection } = await opened();
  connection.send("一");
  connection.send("二");
  assert.deepEqual(network.socket.frames("send").map((frame) => frame.text), ["一"]);
  const { client_id } = network.socket.frames("send")[0];
  network.socket.says({ type: "ack", client_id, seq: 2, id: "m_2", at: "" });
  assert.deepEqual(network.socket.frames("send").map((frame) => frame.text), ["一", "二"]);
});

test("what was said offline and before a reload is sent by the next page", async () => {
  const before = build();
  before.connection.send("断网时说的");
  const { client_id } = before.outbox.next;
  before.connection.stop();
  const after = await opened({ storage: before.storage });
  assert.deepEqual(after.network.socket.frames("send"), [{ type: "send", client_id, text: "断网时说的", choice: null }]);
});

test("a receipt that does not come means a dead line", async () => {
  const { network, timers, connection } = await opened();
  connection.send("在吗");
  timers.pass(10_500);
  assert.equal(network.sockets.length, 2);
});

test("a refusal fails the message and lets the next one go", async () => {
  const { network, outbox, connection } = await opened();
  connection.send("太长的一句");
  connection.send("短的");
  const { client_id } = network.socket.frames("send")[0];
  network.socket.says({ type: "error", code: "text_too_long", message: "内容有点长", field: "text", retry: false, client_id });
  assert.equal(outbox.get(client_id).failed, "内容有点长");
  assert.equal(network.socket.frames("send").at(-1).text, "短的");
});

test("a message the desk could not store just now is tried again under the same id", async () => {
  const { network, timers, store, connection } = await opened();
  connection.send("你好");
  const { client_id } = network.socket.frames("send")[0];
  network.socket.says({ type: "error", code: "unavailable", message: "系统繁忙", field: null, retry: true, client_id });
  assert.equal(store.notice, "系统繁忙");
  timers.pass(3000);
  assert.deepEqual(network.socket.frames("send").map((frame) => frame.client_id), [client_id, client_id]);
});

test("a refused message goes again as a new one when the buyer asks", async () => {
  const { network, store, connection } = await opened();
  connection.send("再试试");
  const first = network.socket.frames("send")[0].client_id;
  network.socket.says({ type: "error", code: "conflict", message: "x", field: null, retry: false, client_id: first });
  connection.retry(first);
  const again = network.socket.frames("send").at(-1);
  assert.equal(again.text, "再试试");
  assert.notEqual(again.client_id, first);
  assert.equal(store.pending.length, 1);
});

test("a button is pressed once however often it is tapped, and is done with the next state", async () => {
  const { network, store, outbox, connection } = await opened();
  connection.act("human");
  connection.act("human");
  assert.equal(network.socket.frames("action").length, 1);
  network.socket.says(stateFrame({ owner: "queue", epoch: 2, queue: { position: 2, ahead: 1 } }));
  assert.deepEqual(store.state.queue, { position: 2, ahead: 1 });
  assert.deepEqual(outbox.entries, []);
});

test("a tapped choice is sent with its id", async () => {
  const { network, connection } = await opened();
  connection.send("订单 3309", "ch_7");
  assert.equal(network.socket.frames("send")[0].choice, "ch_7");
});

for (const code of [4401, 4408]) {
  test(`close ${code} fetches a fresh token`, async () => {
    const { network, timers, asked } = await opened();
    network.socket.drops(code);
    timers.pass(1000);
    network.socket.opens();
    await settle();
    assert.equal(asked.length, 2);
    assert.equal(network.socket.sent[0].token, "token2");
  });
}

test("a token that is refused again and again ends the tries", async () => {
  const { network, timers, store } = build();
  for (let round = 0; round < 5 && store.line !== "ended"; round += 1) {
    network.socket.opens();
    await settle();
    network.socket.drops(4401);
    network.nextSocket(timers);
  }
  assert.equal(store.line, "ended");
  assert.equal(network.sockets.length, 3);
});

test("the token is renewed before it ends, on the same line", async () => {
  const { network, timers } = await opened();
  for (let minute = 0; minute < 60; minute += 0.25) {
    timers.pass(15_000);
    network.socket.says({ type: "pong" });
  }
  await settle();
  assert.deepEqual(network.socket.frames("renew"), [{ type: "renew", token: "token2" }]);
});

test("a shop that gives no token now is asked again later", async () => {
  const { network, timers } = build({ tokens: [new Error("offline"), "late"] });
  network.socket.opens();
  await settle();
  timers.pass(1000);
  network.socket.opens();
  await settle();
  assert.equal(network.socket.sent[0].token, "late");
});

test("a shop that refuses is believed, and its words are shown", async () => {
  const { store } = await (async () => {
    const chat = build({ tokens: [Object.assign(new Error("没有找到相关内容。"), { retry: false })] });
    chat.network.socket.opens();
    await settle();
    return chat;
  })();
  assert.equal(store.line, "ended");
  assert.equal(store.notice, "没有找到相关内容。");
});

test("a foreign origin is not tried again", async () => {
  const { network, timers, store } = await opened();
  network.socket.drops(4403);
  timers.pass(60_000);
  assert.equal(network.sockets.length, 1);
  assert.equal(store.line, "ended");
});

test("a desk that was set up anew is read from the start", async () => {
  const chat = await opened();
  chat.network.socket.drops();
  chat.timers.pass(1000);
  chat.network.socket.opens();
  await settle();
  chat.network.socket.says(welcome({ conversation: "c_2", last_seq: 1 }));
  assert.equal(chat.network.socket.frames("hello").at(-1).after, 0);
  chat.network.socket.says(welcome({ conversation: "c_2", last_seq: 1 }));
  chat.network.socket.says(messageFrame(1, { text: "新的开始" }));
  assert.deepEqual(chat.store.messages.map(({ text }) => text), ["新的开始"]);
});

test("typing is shown, and forgotten when its end gets lost or the message comes", async () => {
  const { network, timers, store } = await opened();
  network.socket.says({ type: "typing", who: "agent", on: true });
  assert.equal(store.typing, "agent");
  timers.pass(19_000);
  network.socket.says({ type: "pong" });
  timers.pass(11_000);
  assert.equal(store.typing, null);
  network.socket.says({ type: "typing", who: "bot", on: true });
  network.socket.says(messageFrame(2));
  assert.equal(store.typing, null);
});

test("frames of a newer desk do no harm", async () => {
  const { network, store } = await opened();
  network.socket.says({ type: "confetti", amount: 9 });
  assert.deepEqual(store.state, state());
});
