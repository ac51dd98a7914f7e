/** How a promise stands, in words. Pure: the promise and the time in, text out. */

import { dayText } from "../storefront/chat/base/time.js";

const MINUTE = 60_000;

/** `level`: `open`, `late`, `kept`, `missed`, or `none` for a promise without a time. `now` in milliseconds. */
export function dueLine({ state, due_at: due }, now) {
  if (state === "kept") return { level: "kept", text: "✓ 已兑现" };
  if (state === "missed") return { level: "missed", text: "没做到" };
  if (due === null) return { level: "none", text: "没有时限" };
  const late = Date.parse(due) < now;
  // A day ends at midnight, which people read as the day after: 23:59 says which one is meant.
  const moment = new Date(Date.parse(due) - (/T16:00:00|T00:00:00.*\+08:00/.test(due) ? MINUTE : 0)).toISOString();
  return late ? { level: "late", text: `已过期，应在 ${dayText(moment, now)} 前` } : { level: "open", text: `${dayText(moment, now)} 前` };
}
