/** Why a conversation came here, out of what was read: the words, the history, the score. Pure: values in, words out. */

import { intentName, labelName } from "./labels.js";

const MOODS = { calm: "平静", dissatisfied: "不满", angry: "生气", abusive: "辱骂" };
/** What the bot itself looks back on: so many messages of the buyer, and no further than a pause of two hours. */
const LOOKS_BACK = 8;
const PAUSE = 2 * 60 * 60 * 1000;
const MOODS_SHOWN = 4;
/** Nothing is asked here that could be asked again; as in `aftersales/escalation.py`. */
const SMALL_TALK = new Set([
  "greet", "goodbye", "thank", "affirm", "deny", "bot_challenge", "chitchat", "spam_ad", "provide_info", "urge_reply",
]);
/** The signs of `aftersales/history.py`, as evidence carries them. */
const SIGNS = {
  asked_again: "同一问题反复问", pressed_on: "换着说法追问", refused: "拒绝了建议", annoyed: "情绪加重", louder: "语气越来越急",
  passed_around: "被转来转去", sent_on: "被让去找别处", returned: "转过人工又回来", missed: "没听懂",
};
const CALLS = new Set(["opened", "raised", "queued"]);
const NAMES_AN_ORDER = new Set(["order_number", "waybill_number", "order_choice"]);

/**
 * The buyer's message that a ticket is about.
 * @param {Array} events the ticket's history
 * @param {Array} messages the conversation
 * @returns {{message: Object, byBot: boolean}|null} `byBot`: a reading led here, and no button or failure
 */
export function handoffMessage(events, messages) {
  const call = events.findLast(({ event }) => CALLS.has(event));
  if (call === undefined) return null;
  const bought = messages.filter(({ sender }) => sender === "buyer");
  const seq = call.detail?.seq;
  const before = ({ at }) => Date.parse(at) <= Date.parse(call.at);
  const message = bought.find((one) => one.seq === seq) ?? bought.findLast(before);
  return message === undefined ? null : { message, byBot: call.actor === "bot" };
}

/** The evidence that lies in the message itself; what earlier messages say stands under the history. */
export const ownWords = (evidence) => (evidence ?? []).filter(({ kind }) => kind !== "history");

/** What the conversation adds up to: each sign once, with the buyer's words behind it. */
export function signsOf(evidence) {
  const signs = new Map();
  for (const { kind, source, text } of evidence ?? []) {
    if (kind !== "history") continue;
    const code = String(source ?? "").replace("history:", "");
    const name = SIGNS[code] ?? code;
    const quotes = signs.get(name) ?? [];
    if (text && !quotes.includes(text)) signs.set(name, [...quotes, text]);
  }
  return [...signs].map(([sign, quotes]) => ({ sign, quotes }));
}

/**
 * A text in pieces, each with the labels of the evidence that lies on it.
 * @param {string} text
 * @param {Array<{text: string, label: string, start?: number}>} evidence its `start` counts code points, as the bot does
 * @returns {Array<{text: string, labels: string[]}>} the pieces put together are `text`
 */
export function highlight(text, evidence) {
  const characters = [...text];
  const labels = characters.map(() => []);
  for (const { text: words, label, start } of ownWords(evidence)) {
    if (!words) continue;
    const length = [...words].length;
    const at = placeOf(characters, words, start, length);
    for (let index = at; at >= 0 && index < at + length; index += 1) {
      const name = labelName(label);
      if (!labels[index].includes(name)) labels[index].push(name);
    }
  }
  const pieces = [];
  for (const [index, character] of characters.entries()) {
    const last = pieces.at(-1);
    if (last !== undefined && last.labels.join() === labels[index].join()) last.text += character;
    else pieces.push({ text: character, labels: labels[index] });
  }
  return pieces;
}

function placeOf(characters, words, start, length) {
  if (Number.isInteger(start) && characters.slice(start, start + length).join("") === words) return start;
  // One of several wants in a message is read by itself, so its places count from elsewhere.
  for (let at = 0; at + length <= characters.length; at += 1) {
    if (characters.slice(at, at + length).join("") === words) return at;
  }
  return -1;
}

/**
 * What came before a buyer's message, in words. `[]` while it is not read.
 * @param {boolean} counted the bot has told how often something was asked; it knows better than we what a new question is
 */
export function historyLines(messages, message, counted = false) {
  if (!message?.reading) return [];
  const recent = episode(messages, message);
  const lines = [];
  const asked = timesAsked(recent);
  if (asked > 1 && !counted) lines.push(`“${intentName(message.reading.intent)}”连着问了 ${asked} 次`);
  const missed = lastRun(recent, ({ reading }) => reading?.outcome === "asked_back");
  if (missed > 1 && !counted) lines.push(`智能客服连着 ${missed} 次没听懂`);
  const moods = recent.slice(-MOODS_SHOWN).map(({ reading }) => MOODS[reading?.emotion]).filter(Boolean);
  if (moods.length > 1) lines.push(`最近 ${moods.length} 条的情绪：${moods.join(" → ")}`);
  if (recent.length === 1) lines.push("这是这一次来问的第一句话");
  return lines;
}

/** How sure the reading is, in words and numbers. `[]` for no reading. */
export function scoreLines(reading) {
  if (!reading) return [];
  const lines = [];
  if (typeof reading.confidence === "number") {
    lines.push(["意图", `${intentName(reading.intent)}，${sureness(reading.confidence)}（${reading.confidence.toFixed(2)}）`]);
  }
  if (reading.emotion in MOODS) {
    const score = reading.emotion_score;
    const words = reading.emotion === "calm" || typeof score !== "number" ? "" : `，${clearness(score)}`;
    lines.push(["情绪", `${MOODS[reading.emotion]}${words}${typeof score === "number" ? `（${score.toFixed(2)}）` : ""}`]);
  }
  return lines;
}

function sureness(confidence) {
  if (confidence >= 0.85) return "很有把握";
  if (confidence >= 0.6) return "比较有把握";
  return confidence >= 0.4 ? "把握不大" : "没有把握";
}

function clearness(score) {
  if (score >= 0.85) return "非常明显";
  return score >= 0.6 ? "比较明显" : "有一点";
}

/** The buyer's messages up to this one that belong together: no agent between them, no long pause. */
function episode(messages, message) {
  const before = messages.slice(0, messages.indexOf(message) + 1);
  const begin = before.findLastIndex(({ sender, at }, index) => sender === "agent" || isPause(at, before[index + 1]?.at));
  return before.slice(begin + 1).filter(({ sender }) => sender === "buyer").slice(-LOOKS_BACK);
}

function isPause(at, next) {
  return next !== undefined && Date.parse(next) - Date.parse(at) > PAUSE;
}

/** How often the last question was asked in a row; an order named in between makes it a new question. */
function timesAsked(recent) {
  const { reading } = recent.at(-1);
  if (SMALL_TALK.has(reading.intent) || reading.intent === "other" || namesAnOrder(reading)) return 1;
  let count = 0;
  for (const { reading: earlier } of [...recent].reverse()) {
    if (earlier?.intent === reading.intent) {
      count += 1;
      if (namesAnOrder(earlier)) break;
    } else if (!earlier || !SMALL_TALK.has(earlier.intent) || namesAnOrder(earlier)) break;
  }
  return count;
}

function namesAnOrder(reading) {
  return (reading.entities ?? []).some(({ name }) => NAMES_AN_ORDER.has(name));
}

function lastRun(list, holds) {
  const stop = list.findLastIndex((one) => !holds(one));
  return list.length - 1 - stop;
}
