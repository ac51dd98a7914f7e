/** The waiting clock of a ticket. Pure: ticket and the time in, words out. */

import { lengthText } from "../storefront/chat/base/time.js";

/** So long (ms) before the deadline the clock turns amber. */
const SOON = 60_000;

/**
 * @returns {{text: string, level: "fine"|"soon"|"late"|"rest", title: string}} for a waiting ticket how long the buyer has
 *   waited, or what is left before a left message is due; for others who has it or how it ended
 */
export function waitingClock(ticket, now) {
  if (ticket.state !== "waiting") return { text: "", level: "rest", title: "" };
  const left = Date.parse(ticket.due_at) - now;
  const waited = `已等 ${lengthText(now - Date.parse(ticket.opened_at))}`;
  if (left < 0) return { text: `超时 ${lengthText(-left)}`, level: "late", title: waited };
  // A message left outside service hours is due after the next opening: how long ago it was left presses nobody.
  if (ticket.kind === "left_message") return { text: "留言", level: "rest", title: waited };
  return { text: waited, level: left < SOON ? "soon" : "fine", title: `还有 ${lengthText(left)} 超时` };
}
