import assert from "node:assert/strict";
import { test } from "node:test";
import { Outbox } from "../storefront/chat/outbox.js";
import { FakeStorage } from "./kit.js";

const at = (now) => () => now;

test("what was said survives a reload, in order and under the same ids", () => {
  const storage = new FakeStorage();
  const before = new Outbox(storage, "jd/u1", at(1000));
  before.add({ client_id: "z", kind: "send", text: "先说的" });
  before.add({ client_id: "a", kind: "send", text: "后说的", choice: "ch_1" });
  const after = new Outbox(storage, "jd/u1", at(2000));
  assert.deepEqual(after.entries.map(({ client_id, text, choice }) => [client_id, text, choice]), [
    ["z", "先说的", null],
    ["a", "后说的", "ch_1"],
  ]);
});

test("another buyer's or store's outbox is another one", () => {
  const storage = new FakeStorage();
  new Outbox(storage, "jd/u1").add({ client_id: "a", kind: "send", text: "我的" });
  assert.deepEqual(new Outbox(storage, "jd/u2").entries, []);
  assert.deepEqual(new Outbox(storage, "tmall/u1").entries, []);
});

test("two tabs of one buyer do not overwrite each other", () => {
  const storage = new FakeStorage();
  const [one, two] = [new Outbox(storage, "s"), new Outbox(storage, "s")];
  one.add({ client_id: "a", kind: "send", text: "甲" });
  two.add({ client_id: "b", kind: "send", text: "乙" });
  assert.equal(new Outbox(storage, "s").entries.length, 2);
});

test("what is confirmed is gone for good", () => {
  const storage = new FakeStorage();
  const outbox = new Outbox(storage, "s");
  outbox.add({ client_id: "a", kind: "send", text: "甲" });
  outbox.remove("a");
  assert.equal(outbox.next, null);
  assert.equal(storage.length, 0);
});

test("a refused message stays to be read, is not sent by itself, and goes again as a new one", () => {
  const storage = new FakeStorage();
  const outbox = new Outbox(storage, "s");
  outbox.add({ client_id: "a", kind: "send", text: "太长" });
  outbox.fail("a", "内容有点长");
  assert.equal(outbox.next, null);
  assert.equal(new Outbox(storage, "s").get("a").failed, "内容有点长");
  outbox.again("a", "b");
  assert.equal(outbox.next.client_id, "b");
  assert.equal(outbox.next.text, "太长");
  assert.equal(outbox.has("a"), false);
});

test("a button pressed long ago is no longer meant, a message always is", () => {
  const storage = new FakeStorage();
  const before = new Outbox(storage, "s", at(0));
  before.add({ client_id: "a", kind: "action", name: "human" });
  before.add({ client_id: "b", kind: "send", text: "还在吗" });
  const after = new Outbox(storage, "s", at(6 * 60_000));
  assert.deepEqual(after.entries.map((entry) => entry.client_id), ["b"]);
});

test("a full or forbidden storage costs the reload, not the message", () => {
  const full = { length: 0, setItem() { throw new Error("full"); }, removeItem() { throw new Error("full"); } };
  for (const storage of [full, null]) {
    const outbox = new Outbox(storage, "s");
    outbox.add({ client_id: "a", kind: "send", text: "甲" });
    assert.equal(outbox.next.client_id, "a");
    outbox.remove("a");
    assert.equal(outbox.next, null);
  }
});

test("rubbish in the storage is passed over", () => {
  const storage = new FakeStorage();
  storage.setItem("aftersales.outbox.s.x", "{");
  assert.deepEqual(new Outbox(storage, "s").entries, []);
});
