/** Everything the console shows. It is changed by the connection and by what the agent does; it draws nothing. */

export const TABS = Object.freeze(["waiting", "mine", "open", "ended"]);

/** One conversation that this page follows. */
function conversation() {
  return { messages: [], state: null, typing: false, caughtUp: false, unseen: 0 };
}

export class ConsoleStore {
  agent = null;
  line = "idle";
  /** Whether the desk has greeted on the line as it is now, and whether it ever has. */
  greeted = false;
  met = false;
  /** The ticket that the address names is still being fetched. */
  restoring = false;
  /** The open tickets in the desk's order, and the ended ones when they were asked for. */
  tickets = [];
  ended = [];
  counts = { waiting: 0, mine: 0, open: 0 };
  tab = "waiting";
  /** The selected ticket and its history, or null. */
  selected = null;
  events = [];
  /** What a message may have meant, for the agent to choose from. */
  intents = [];
  /** What agents promised the buyer of the selected conversation. */
  promises = [];
  /** Where the selected ticket stands in the abuse protocol, or null; and why a decision was not recorded. */
  abuse = null;
  abuseProblem = null;
  /** What went wrong last, shown until the next thing is done. */
  notice = null;
  conversations = new Map();
  #listeners = new Set();

  subscribe(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  change(values = {}) {
    Object.assign(this, values);
    for (const listener of this.#listeners) listener(this);
  }

  /** The tickets of a tab. */
  list(tab = this.tab) {
    switch (tab) {
      case "waiting":
        return this.tickets.filter((ticket) => ticket.state === "waiting");
      case "mine":
        return this.tickets.filter((ticket) => this.isMine(ticket));
      case "ended":
        return this.ended;
      default:
        return this.tickets;
    }
  }

  isMine(ticket) {
    return ticket?.state === "assigned" && ticket.agent?.id === this.agent?.id;
  }

  /** Messages in my conversations that I have not looked at. */
  get unseen() {
    return this.list("mine").reduce((sum, ticket) => sum + (this.conversations.get(ticket.conversation)?.unseen ?? 0), 0);
  }

  /** The ticket `step` places away from the selected one in the list on show, or null at its ends. */
  neighbour(step) {
    const list = this.list();
    const index = list.findIndex((ticket) => ticket.id === this.selected?.id);
    if (index < 0) return list[step > 0 ? 0 : list.length - 1] ?? null;
    return list[index + step] ?? null;
  }

  setTickets(tickets, counts) {
    const fresh = tickets.find((ticket) => ticket.id === this.selected?.id);
    this.change({ tickets, counts, selected: fresh ?? this.selected });
  }

  conversation(id) {
    if (!this.conversations.has(id)) this.conversations.set(id, conversation());
    return this.conversations.get(id);
  }

  forget(id) {
    this.conversations.delete(id);
  }

  lastSeq(id) {
    return this.conversations.get(id)?.messages.length ?? 0;
  }

  /** Take a message in. `"gap"`: something before it is missing, and it was not taken. */
  addMessage(id, message, looking) {
    const one = this.conversation(id);
    if (message.seq <= one.messages.length) return "known";
    if (message.seq > one.messages.length + 1) return "gap";
    one.messages.push(message);
    if (message.sender === "buyer") {
      one.typing = false;
      // What was there before this page looked is no news.
      if (one.caughtUp && !looking) one.unseen += 1;
    }
    this.change();
    return "added";
  }

  setState(id, state) {
    const one = this.conversation(id);
    one.state = state;
    one.caughtUp = true;
    this.change();
  }

  /** Put readings, and marks, that were made after their message was sent to us. */
  addReadings(id, messages) {
    const known = this.conversation(id).messages;
    for (const { seq, reading, marks } of messages) if (known[seq - 1]) Object.assign(known[seq - 1], { reading, marks });
    this.change();
  }

  setMarks(id, seq, marks) {
    const message = this.conversations.get(id)?.messages[seq - 1];
    if (message) message.marks = marks;
    this.change();
  }

  seen(id) {
    const one = this.conversations.get(id);
    if (one) one.unseen = 0;
  }
}
