/** What the chat says about itself, in words. Pure: the state in, text out. */

/** The header's line. It tells only what the desk has said, and nothing before it has. */
export function stateLine({ state, welcomed }) {
  if (!welcomed) return { kind: "none", text: "正在连接…" };
  switch (state.owner) {
    case "queue":
      return { kind: "queue", text: state.queue ? `排队中 第${state.queue.position}位` : "排队中" };
    case "agent":
      return { kind: "agent", text: state.agent ? `客服 ${state.agent.name}` : "人工客服" };
    case "closed":
      return { kind: "closed", text: "已结束" };
    default:
      return { kind: "bot", text: "智能客服" };
  }
}

/** Which of the fixed buttons there are. 转人工 is always in sight; it rests while a person is called or here. */
export function buttons({ state, welcomed }) {
  const human = { queue: "转人工 · 排队中", agent: "转人工 · 已接入" }[state.owner] ?? "转人工";
  return {
    human: { text: human, enabled: !welcomed || state.owner === "bot" || state.owner === "closed" },
    leaveQueue: state.owner === "queue",
    offer: state.owner === "agent" && state.return_offered,
  };
}

/** The line about the connection; null when there is nothing to say. `ended` asks the buyer to act. */
export function connectionLine({ line, welcomed }) {
  if (line === "open" && welcomed) return null;
  if (line === "ended") return { kind: "ended", text: "连接已断开。" };
  return welcomed ? { kind: "lost", text: "网络已断开，正在重连…" } : { kind: "first", text: "正在连接客服…" };
}

/** What stands under a message of the buyer. `last`: only the newest confirmed one says so. */
export function sendingLine({ pending, failed, open, last }) {
  if (failed != null) return { kind: "failed", text: "发送失败", retry: true };
  if (pending) return open ? { kind: "sending", text: "发送中" } : { kind: "held", text: "未发出，恢复网络后自动发送", retry: true };
  return last ? { kind: "sent", text: "已发送" } : null;
}

/** Who speaks, for the label of a message. */
export function senderLabel(message) {
  if (message.sender === "buyer") return "我";
  return message.name || { bot: "智能客服", agent: "人工客服", system: "系统消息" }[message.sender];
}

/** The counter under the composer. */
export function counter(length, longest) {
  return { text: `${length}/${longest}`, over: length > longest, near: length > longest * 0.9 };
}

/** Who is typing, in words; "" when nobody. */
export function typingText(typing) {
  return { bot: "智能客服正在输入", agent: "客服正在输入" }[typing] ?? "";
}
