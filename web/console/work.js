/** What the agent does: choose a list, choose a ticket, change it. Keeps what is watched in step with what is needed. */

/** So many of the agent's own conversations are followed for new messages; more would be too many frames at once. */
const MOST_FOLLOWED = 15;

export class Work {
  #store;
  #api;
  #connection;
  #followed = "";
  #known = "";
  #promised = "";
  #judged = "";

  constructor({ store, api, connection, replies }) {
    this.#store = store;
    this.#api = api;
    this.#connection = connection;
    this.replies = replies;
    store.subscribe(() => this.#keepUp());
  }

  /** Show what the address names. */
  async restore({ tab, ticket }) {
    this.#store.change({ tab, restoring: ticket !== null });
    if (tab === "ended") this.#fetchEnded();
    if (ticket === null) return;
    try {
      this.#select((await this.#api.ticket(ticket)).ticket);
    } catch (problem) {
      this.#store.change({ notice: problem.message });
    } finally {
      this.#store.change({ restoring: false });
    }
  }

  showTab(tab) {
    this.#store.change({ tab });
    if (tab === "ended") this.#fetchEnded();
  }

  /** @param {Object|null} ticket null shows none */
  select(ticket) {
    this.#store.change({ notice: null });
    this.#select(ticket);
  }

  /** Claim, release, … the selected ticket; what the desk refuses is said to the agent. */
  async change(change, body) {
    const ticket = this.#store.selected;
    if (ticket === null) return;
    this.#store.change({ notice: null });
    try {
      const changed = await this.#api.change(ticket.id, change, body);
      if (this.#store.selected?.id === changed.id) this.#store.change({ selected: changed });
      if (change === "claim") this.showTab("mine");
    } catch (problem) {
      this.#store.change({ notice: problem.message });
      await this.#refresh(ticket.id);
    }
  }

  /** Say something about the reading of a message in the conversation on show, or, with `mark` null, take it back. */
  async mark(seq, mark) {
    const conversation = this.#store.selected?.conversation;
    if (conversation === undefined) return;
    this.#store.change({ notice: null });
    try {
      const marks = mark === null ? await this.#api.unmark(conversation, seq) : await this.#api.mark(conversation, seq, mark);
      this.#store.setMarks(conversation, seq, marks);
    } catch (problem) {
      this.#store.change({ notice: problem.message });
    }
  }

  /** Say that a promise was kept or missed, or take that back. */
  async settle(id, state) {
    const conversation = this.#store.selected?.conversation;
    if (conversation === undefined) return;
    this.#store.change({ notice: null });
    try {
      this.#putPromises(conversation, await this.#api.settle(conversation, id, state));
    } catch (problem) {
      this.#store.change({ notice: problem.message });
    }
  }

  /** Record what was decided on a prepared block request; a refusal is told where it was pressed. */
  async decideBlock(ticket, made) {
    this.#store.change({ abuseProblem: null });
    try {
      this.#putAbuse(ticket, await this.#api.decideBlock(ticket, made));
    } catch (problem) {
      this.#store.change({ abuseProblem: problem.message });
      this.#fetchAbuse(ticket);
    }
  }

  /** Fetch what an agent may choose as the meaning of a message. */
  async fetchIntents() {
    try {
      this.#store.change({ intents: await this.#api.intents() });
    } catch (problem) {
      this.#store.change({ notice: problem.message });
    }
  }

  #select(ticket) {
    const same = ticket?.conversation === this.#store.selected?.conversation;
    this.#judged = "";
    this.#store.change({
      selected: ticket,
      events: [],
      promises: same ? this.#store.promises : [],
      abuse: ticket !== null && ticket.id === this.#store.selected?.id ? this.#store.abuse : null,
      abuseProblem: null,
    });
    this.#known = "";
    this.#promised = "";
    this.#keepUp();
  }

  /** After any change: follow the right conversations, and fetch again what the lists do not carry. */
  #keepUp() {
    const { selected } = this.#store;
    const mine = this.#store.list("mine").slice(0, MOST_FOLLOWED);
    const wanted = [...new Set([selected, ...mine].filter(Boolean).map((ticket) => ticket.conversation))];
    if (wanted.join() !== this.#followed) {
      this.#followed = wanted.join();
      this.#connection.watch(wanted);
    }
    const state = this.#store.conversations.get(selected?.conversation)?.state;
    const known = selected === null ? "" : [selected.id, selected.state, selected.agent?.id, selected.return_offered, state?.epoch].join();
    if (known !== this.#known) {
      this.#known = known;
      if (selected !== null) this.#refresh(selected.id);
    }
    this.#readPromises(selected?.conversation);
    this.#readAbuse(selected);
    this.#readAgain(selected?.conversation);
  }

  /** What was promised changes with what agents say; asked for once the conversation is here, and after each reply. */
  async #readPromises(conversation) {
    const here = this.#store.conversations.get(conversation);
    if (!here?.caughtUp) return;
    const said = `${conversation} ${here.messages.findLast((message) => message.sender === "agent")?.seq ?? 0}`;
    if (said === this.#promised) return;
    this.#promised = said;
    try {
      this.#putPromises(conversation, await this.#api.promises(conversation));
    } catch (problem) {
      this.#store.change({ notice: problem.message });
    }
  }

  /** It changes with what people say, and with who owns the conversation; what the bot says changes nothing. */
  #readAbuse(ticket) {
    const here = this.#store.conversations.get(ticket?.conversation);
    if (!here?.caughtUp) return;
    const said = here.messages.findLast((message) => message.sender !== "bot")?.seq ?? 0;
    const judged = `${ticket.id} ${said}`;
    if (judged === this.#judged) return;
    this.#judged = judged;
    this.#fetchAbuse(ticket.id);
  }

  async #fetchAbuse(ticket) {
    try {
      this.#putAbuse(ticket, await this.#api.abuse(ticket));
    } catch {
      // Only the box is missing; the next message asks again.
      this.#judged = "";
    }
  }

  #putAbuse(ticket, abuse) {
    if (this.#store.selected?.id === ticket) this.#store.change({ abuse });
  }

  #putPromises(conversation, promises) {
    if (this.#store.selected?.conversation === conversation) this.#store.change({ promises });
  }

  /** The ticket and its history as they are now; it may have left the lists. */
  async #refresh(id) {
    try {
      const { ticket, events } = await this.#api.ticket(id);
      if (this.#store.selected?.id === id) this.#store.change({ selected: ticket, events });
      if (this.#store.tab === "ended") this.#fetchEnded();
    } catch (problem) {
      if (this.#store.selected?.id === id) this.#store.change({ notice: problem.message });
    }
  }

  async #fetchEnded() {
    try {
      this.#store.change({ ended: await this.#api.ended() });
    } catch (problem) {
      this.#store.change({ notice: problem.message });
    }
  }

  /** A message reaches us before the bot has read it. Once the bot has answered, ask for what it read. */
  async #readAgain(conversation) {
    const messages = this.#store.conversations.get(conversation)?.messages ?? [];
    const last = messages.at(-1);
    if (last?.sender !== "bot" || last.readAgain) return;
    last.readAgain = true;
    const unread = messages.findLast((message) => message.sender === "buyer");
    if (!unread || unread.reading !== null) return;
    try {
      this.#store.addReadings(conversation, (await this.#api.messages(conversation, unread.seq - 1)).messages);
    } catch {
      // Only the small tags are missing; the next message asks again.
    }
  }
}
