/** What the compliance door says of the reply being typed: asked after a pause, and an answer to older words is dropped. */

/** Milliseconds without a key before the desk is asked. */
export const PAUSE = 400;
/** Longest that a press on 发送 waits for the desk's opinion; the desk judges again when the reply arrives. */
const PATIENCE = 1500;
/** A text in “…” of so many characters is a sentence; a shorter one is a word to use. */
const SENTENCE = 6;
const BREAKS = "，。！？；、,!?;~\n";

export class Checker {
  #check;
  #timers;
  #onChange;
  #waiting = null;
  #about = "";
  #known = null;
  #review = null;

  /**
   * @param {Object} options
   * @param {(conversation: string, text: string) => Promise<{verdict: string, violations: Array}>} options.check
   * @param {() => void} options.onChange there is something else to show
   */
  constructor({ check, onChange, timers = globalThis }) {
    this.#check = check;
    this.#onChange = onChange;
    this.#timers = timers;
  }

  /** The text in the box is now this; the desk is asked once it stands still. */
  typed(conversation, text) {
    const about = key(conversation, text);
    if (about === this.#about) return;
    this.#about = about;
    this.#timers.clearTimeout(this.#waiting);
    if (!text) return this.#take(about, null);
    this.#waiting = this.#timers.setTimeout(() => this.#ask(conversation, text), PAUSE);
  }

  /** What to show under `text`: of an older answer, what still stands in it. */
  findings(text) {
    return (this.#review?.violations ?? []).filter(({ span }) => text.includes(span));
  }

  /** `pass`, `warn` or `block` when the desk has spoken about exactly this text, else null. */
  verdict(conversation, text) {
    return this.#known === key(conversation, text) ? (this.#review?.verdict ?? null) : null;
  }

  /** The desk's opinion of exactly this text, asked for now when need be; null when there is none to be had in time. */
  async settle(conversation, text) {
    this.#timers.clearTimeout(this.#waiting);
    this.#about = key(conversation, text);
    if (this.#known !== this.#about) {
      let timer;
      const late = new Promise((resolve) => (timer = this.#timers.setTimeout(resolve, PATIENCE)));
      await Promise.race([this.#ask(conversation, text), late]);
      this.#timers.clearTimeout(timer);
    }
    return this.#known === key(conversation, text) ? this.#review : null;
  }

  /** The desk refused this text with these violations: as good as an answer. */
  told(conversation, text, violations) {
    this.#timers.clearTimeout(this.#waiting);
    this.#about = key(conversation, text);
    const verdict = violations.some(({ level }) => level === "block") ? "block" : "warn";
    this.#take(this.#about, { verdict, violations });
  }

  stop() {
    this.#timers.clearTimeout(this.#waiting);
  }

  async #ask(conversation, text) {
    const about = key(conversation, text);
    try {
      const review = await this.#check(conversation, text);
      if (about === this.#about) this.#take(about, review);
    } catch {
      // Without an answer nothing is marked; the desk judges the reply anyway when it is sent.
    }
  }

  #take(about, review) {
    this.#known = about;
    this.#review = review;
    this.#onChange();
  }
}

/** The sentence in “…” of an advice that can be sent as it stands, or null when it only says what to do. */
export function sentenceIn(instead) {
  const quoted = [...instead.matchAll(/“([^“”]+)”/g)].map(([, text]) => text);
  return quoted.find((text) => text.length >= SENTENCE && !/[…—]$/.test(text)) ?? null;
}

/** Where a better sentence goes: the clause around `span`, half open; the end of the text when it is not there. */
export function clauseAround(text, span) {
  const at = span ? text.indexOf(span) : -1;
  if (at < 0) return [text.length, text.length];
  let [from, to] = [at, at + span.length];
  while (from > 0 && !BREAKS.includes(text[from - 1])) from -= 1;
  while (to < text.length && !BREAKS.includes(text[to])) to += 1;
  return [from, to];
}

function key(conversation, text) {
  return `${conversation}\n${text}`;
}
