/** What agents say about a reading: which marks there are, how they are worded, and what a press asks the desk for. */

import { intentName } from "./labels.js";

const KINDS = { needless: "这次转接不必要", missed: "漏转了（应转人工）", misread: "读错了" };

export const LONGEST_NOTE = 200;

/** The mark that this agent made on a message, or null. */
export function markOf(message, agent) {
  return message?.marks?.find((mark) => mark.agent.id === agent?.id) ?? null;
}

/** A mark in words, with the title of the intent that the agent named. */
export function markText({ kind, intent, note }, intents = []) {
  const words = KINDS[kind] ?? kind;
  const title = intent && (intents.find((one) => one.intent === intent)?.title ?? intentName(intent));
  const meant = title ? `${words}，应为“${title}”` : words;
  return note ? `${meant}：${note}` : meant;
}

/** What to ask for when 漏转了 is pressed; an intent or a note that stands already stays. */
export const asMissed = (mark) => ({ kind: "missed", ticket: null, intent: mark?.intent ?? null, note: mark?.note ?? null });

/** The same for 这次转接不必要. */
export const asNeedless = (mark, ticket) => ({ kind: "needless", ticket, intent: mark?.intent ?? null, note: mark?.note ?? null });

/** The same for an intent that was chosen: a mark that says more than a wrong intent keeps saying it. */
export function asMeant(mark, intent) {
  const says = mark === null || mark.kind === "misread" ? { kind: "misread", ticket: null } : { kind: mark.kind, ticket: mark.ticket };
  return { ...says, intent, note: mark?.note ?? null };
}

/** The same for a note. */
export const withNote = ({ kind, ticket, intent }, note) => ({ kind, ticket, intent, note: note.trim() || null });

/** The choices in the parts of the list, each once, in the desk's order. */
export function groupsOf(intents) {
  const groups = new Map();
  for (const one of intents) groups.set(one.group, [...(groups.get(one.group) ?? []), one]);
  return [...groups];
}
