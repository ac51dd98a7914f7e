import assert from "node:assert/strict";
import { test } from "node:test";
import { Link, TIMES, waitBefore } from "../storefront/chat/base/link.js";
import { FakeNetwork, FakeTimers } from "./kit.js";

function build(overrides = {}) {
  const timers = new FakeTimers();
  const network = new FakeNetwork();
  const states = [];
  const frames = [];
  const link = new Link({
    open: network.open, timers, random: () => 1, onOpen: () => {}, onFrame: (frame) => frames.push(frame),
    onState: (state) => states.push(state), afterClose: (code) => (code === 4403 ? "end" : "retry"), ...overrides,
  });
  link.start();
  return { timers, network, states, frames, link };
}

test("the waits double up to the longest and are spread below it", () => {
  assert.deepEqual([0, 1, 2, 3].map((attempt) => waitBefore(attempt, () => 1)), [500, 1000, 2000, 4000]);
  assert.equal(waitBefore(30, () => 1), TIMES.LONGEST_WAIT);
  assert.equal(waitBefore(0, () => 0), 250);
});

test("a dropped line is opened again after a wait that grows with each failure", () => {
  const { timers, network } = build();
  network.socket.drops();
  timers.pass(499);
  assert.equal(network.sockets.length, 1);
  timers.pass(1);
  assert.equal(network.sockets.length, 2);
  network.socket.drops();
  timers.pass(999);
  assert.equal(network.sockets.length, 2);
  timers.pass(1);
  assert.equal(network.sockets.length, 3);
});

test("a line that greets and dies at once does not begin the waits anew, a steady one does", () => {
  const { timers, network, link } = build();
  const greetAndHold = (milliseconds) => {
    network.socket.opens();
    link.settled();
    timers.pass(milliseconds);
    network.socket.drops();
    return network.nextSocket(timers);
  };
  assert.deepEqual([greetAndHold(0), greetAndHold(0), greetAndHold(0)], [500, 1000, 2000]);
  assert.equal(greetAndHold(TIMES.STEADY), 500);
});

test("a close that forbids a return ends the link", () => {
  const { timers, network, states } = build();
  network.socket.opens();
  network.socket.drops(4403);
  timers.pass(60_000);
  assert.equal(network.sockets.length, 1);
  assert.equal(states.at(-1), "ended");
});

test("a quiet line is tested, and given up when no answer comes", () => {
  const { timers, network } = build();
  network.socket.opens();
  timers.pass(TIMES.QUIET);
  assert.equal(network.socket.frames("ping").length, 1);
  network.socket.says({ type: "pong" });
  timers.pass(TIMES.QUIET + TIMES.ANSWER - 1);
  assert.equal(network.sockets[0].closed, false);
  timers.pass(1);
  assert.equal(network.sockets[0].closed, true);
  timers.pass(500);
  assert.equal(network.sockets.length, 2);
});

test("a socket that never opens is given up", () => {
  const { timers, network } = build();
  timers.pass(TIMES.OPENING + 500);
  assert.equal(network.sockets.length, 2);
});

test("waking up tries at once instead of later", () => {
  const { network, link } = build();
  network.socket.drops();
  link.wake();
  assert.equal(network.sockets.length, 2);
});

test("a socket that was given up is not listened to any more", () => {
  const { network, link, frames, states } = build();
  const old = network.socket;
  old.opens();
  link.restart();
  old.says({ type: "message" });
  old.drops(4403);
  assert.deepEqual(frames, []);
  assert.equal(states.at(-1), "waiting");
});

for (const noise of ["", "kein JSON", "[1]", "null", "7"]) {
  test(`what is no JSON object is not passed on: ${JSON.stringify(noise)}`, () => {
    const { network, frames } = build();
    network.socket.opens();
    network.socket.says(noise);
    assert.deepEqual(frames, []);
  });
}

test("nothing is sent while the line is down", () => {
  const { network, link } = build();
  assert.equal(link.send({ type: "ping" }), false);
  network.socket.opens();
  assert.equal(link.send({ type: "ping" }), true);
});
