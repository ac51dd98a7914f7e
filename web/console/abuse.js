/** What the abuse box shows, and the material that a person files. Pure: the desk's answer in, words out. */

const CHINA = 8 * 60 * 60 * 1000;
const two = (number) => String(number).padStart(2, "0");

/** `2026年11月22日`, on China's wall clock. */
export function dateText(iso) {
  const at = new Date(Date.parse(iso) + CHINA);
  return `${at.getUTCFullYear()}年${at.getUTCMonth() + 1}月${at.getUTCDate()}日`;
}

/** The same with `HH:mm`: evidence is read on another day, so it always says which. */
export function momentText(iso) {
  const at = new Date(Date.parse(iso) + CHINA);
  return `${dateText(iso)} ${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`;
}

/**
 * What there is to show: `remind` for the agent who holds the conversation, `request` to decide on, `decided`, or null.
 * @param {Object|null} abuse the desk's answer
 */
export function boxKind(abuse, isMine) {
  if (abuse === null) return null;
  if (abuse.decision !== null) return "decided";
  if (abuse.step === "prepare_request" && abuse.request !== null) return "request";
  return abuse.step === "remind" && isMine ? "remind" : null;
}

export function decisionText({ decision, agent, at, days, note }) {
  const what = decision === "filed" ? `已在平台后台提交，申请 ${days} 天` : "不申请";
  return `客服 ${agent.name} ${momentText(at)} 记录：${what}${note ? `（${note}）` : ""}`;
}

/** Names and values of a request, in the order to read them. */
export function requestLines(request) {
  return [
    ["善意提醒", momentText(request.reminded_at)],
    ["最长期限", `${request.longest_months} 个月，现在提交最晚到 ${dateText(request.longest_until)}`],
    ["解除", `平台通知后须在${request.lift_within_hours}小时内解除`],
  ];
}

/** Platforms change their rules: the oldest day on which somebody looked. */
export function checkedText(rules) {
  const days = rules.map(({ checked }) => checked).filter(Boolean).sort();
  return days.length > 0 ? `规则资料最早核对于 ${days[0]}，提交前请以平台后台的现行规则为准。` : "提交前请以平台后台的现行规则为准。";
}

/** The whole request as text, for the platform's own form. */
export function materialText(request, ticket) {
  return [
    "屏蔽申请材料",
    `店铺：${ticket.store.name}`,
    `买家：${ticket.buyer.name}`,
    `会话：${ticket.conversation}`,
    `理由：${request.reason}`,
    ...requestLines(request).map(([name, value]) => `${name}：${value}`),
    "",
    "证据消息：",
    ...request.evidence.map(({ at, text }, index) => `${index + 1}. ${momentText(at)} ${text.replaceAll("\n", " ")}`),
    "",
    "依据规则：",
    ...request.rules.map(({ id, statement }) => `${id} ${statement}`),
    checkedText(request.rules),
  ].join("\n");
}

/** Why a decision cannot be recorded yet, and where; null when it can. */
export function missing(decision, { days, note }, longestDays) {
  if (decision !== "filed") return null;
  if (!Number.isInteger(days) || days < 1 || days > longestDays) return { field: "days", text: `请填申请屏蔽的天数，1 到 ${longestDays} 天。` };
  return note.trim().length < 2 ? { field: "note", text: "请在备注里写一下，比如平台的受理编号。" } : null;
}
