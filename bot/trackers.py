"""Where Rasa's trackers live: one short episode a conversation, in memory while warm and as one row in SQLite.

Rasa's own SQL store appends events by count and re-reads the whole session on every turn, so a turn grows slower with
every message. Here an episode is bounded: after a turn it is cut to the last few messages, with slots and the active form
carried over. The row and the answer of the turn are written in one transaction, so a turn that is asked for again after a
crash either finds its answer or starts from where the last finished turn left off.
"""

from __future__ import annotations

import json
import sqlite3
from collections import OrderedDict
from pathlib import Path
from typing import Any, Dict, Optional

from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, REQUESTED_SLOT
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    Event,
    SlotSet,
    UserUttered,
    deserialise_events,
)
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot import composition

#: User messages that an episode keeps; history is asked about at most three back (DESIGN §9, repetition).
TURNS_KEPT = 8
#: Live trackers held in memory.
WARM = 5_000
#: Answers kept for repeats of the same turn.
ANSWERS_KEPT = 200_000

_SCHEMA = """
CREATE TABLE IF NOT EXISTS episodes (conversation TEXT PRIMARY KEY, events TEXT NOT NULL, at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS answers (turn TEXT PRIMARY KEY, conversation TEXT NOT NULL, answer TEXT NOT NULL, at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS answers_by_age ON answers (at);
"""


class EpisodeTrackerStore(TrackerStore):
    """A tracker store for bounded episodes; the environment names the SQLite file, unless ``path`` does."""

    def __init__(
        self,
        domain: Optional[Domain],
        host: Optional[EndpointConfig] = None,
        event_broker: Any = None,
        path: Optional[str] = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(domain, event_broker, **kwargs)
        path = path or str(composition.settings().trackers)
        if path != ":memory:":
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        # WAL with NORMAL survives a crash of the process, which is all an episode needs: the desk keeps the transcript.
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=NORMAL")
        self._database.executescript(_SCHEMA)
        self._warm: OrderedDict[str, DialogueStateTracker] = OrderedDict()
        self._open_turns: set[str] = set()

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep the tracker; it is written at once unless the desk channel will write it with the turn's answer."""
        self._keep(tracker)
        if tracker.sender_id not in self._open_turns:
            self._write(tracker, at=tracker.events[-1].timestamp if tracker.events else 0.0)

    async def retrieve(self, sender_id: str) -> Optional[DialogueStateTracker]:
        """The conversation's current episode, or None when it has none."""
        warm = self._warm.get(sender_id)
        if warm is not None:
            self._warm.move_to_end(sender_id)
            return warm
        row = self._database.execute("SELECT events FROM episodes WHERE conversation = ?", (sender_id,)).fetchone()
        if row is None:
            return None
        tracker = DialogueStateTracker.from_events(
            sender_id, deserialise_events(json.loads(row[0])), self.domain.slots, domain=self.domain
        )
        self._keep(tracker)
        return tracker

    async def delete(self, sender_id: str) -> None:
        """Forget the conversation's episode."""
        self.end(sender_id)

    async def keys(self) -> list[str]:  # type: ignore[override]
        """Conversations that have an episode."""
        return [row[0] for row in self._database.execute("SELECT conversation FROM episodes")]

    # --- what the desk channel adds -------------------------------------------------------------------------------

    def open_turn(self, conversation: str) -> None:
        """From here to :meth:`commit` or :meth:`abandon` nothing of the conversation is written."""
        self._open_turns.add(conversation)

    def commit(self, conversation: str, turn: str, answer: Dict[str, Any], *, at: float, ended: bool) -> None:
        """Write the episode and the answer together. ``ended`` drops the episode; ``at`` is seconds since 1970."""
        self._open_turns.discard(conversation)
        tracker = self._warm.get(conversation)
        self._database.execute("BEGIN IMMEDIATE")
        try:
            if ended or tracker is None:
                self.end(conversation)
            else:
                tracker = self._cut(tracker)
                self._keep(tracker)
                self._write(tracker, at=at)
            self._database.execute(
                "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?)",
                (turn, conversation, json.dumps(answer, ensure_ascii=False), at),
            )
            self._database.execute("COMMIT")
        except BaseException:
            self._database.execute("ROLLBACK")
            self._warm.pop(conversation, None)
            raise

    def abandon(self, conversation: str) -> None:
        """The turn failed: go on from the last written episode."""
        self._open_turns.discard(conversation)
        self._warm.pop(conversation, None)

    def answer_of(self, turn: str) -> Optional[Dict[str, Any]]:
        """What this turn was answered, if it ever was."""
        row = self._database.execute("SELECT answer FROM answers WHERE turn = ?", (turn,)).fetchone()
        return json.loads(row[0]) if row else None

    def last_written(self, conversation: str) -> Optional[float]:
        """When the episode's last turn was written, in seconds since 1970; None when it has no episode."""
        row = self._database.execute("SELECT at FROM episodes WHERE conversation = ?", (conversation,)).fetchone()
        return float(row[0]) if row else None

    def end(self, conversation: str) -> None:
        """Drop the episode."""
        self._warm.pop(conversation, None)
        self._database.execute("DELETE FROM episodes WHERE conversation = ?", (conversation,))

    def forget_answers_before(self, at: float) -> int:
        """Delete answers older than ``at`` (seconds since 1970); returns how many."""
        return self._database.execute("DELETE FROM answers WHERE at < ?", (at,)).rowcount

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    def _keep(self, tracker: DialogueStateTracker) -> None:
        self._warm[tracker.sender_id] = tracker
        self._warm.move_to_end(tracker.sender_id)
        if len(self._warm) <= WARM:
            return
        for conversation in list(self._warm)[: len(self._warm) - WARM]:
            if conversation not in self._open_turns:
                # What a running turn has not written yet exists nowhere else.
                del self._warm[conversation]

    def _write(self, tracker: DialogueStateTracker, *, at: float) -> None:
        events = json.dumps([event.as_dict() for event in tracker.events], ensure_ascii=False, default=str)
        self._database.execute("INSERT OR REPLACE INTO episodes VALUES (?, ?, ?)", (tracker.sender_id, events, at))

    def _cut(self, tracker: DialogueStateTracker) -> DialogueStateTracker:
        events = list(tracker.events)
        starts = [index for index, event in enumerate(events) if isinstance(event, UserUttered)]
        if len(starts) <= TURNS_KEPT:
            return tracker
        first = starts[-TURNS_KEPT]
        before = DialogueStateTracker.from_events(
            tracker.sender_id, events[:first], self.domain.slots, domain=self.domain
        )
        carried: list[Event] = [
            SlotSet(name, slot.value)
            for name, slot in before.slots.items()
            if slot.value is not None and name != REQUESTED_SLOT
        ]
        if before.active_loop is not None:
            carried += [ActiveLoop(before.active_loop_name), SlotSet(REQUESTED_SLOT, before.get_slot(REQUESTED_SLOT))]
        carried.append(ActionExecuted(ACTION_LISTEN_NAME))
        for event in carried:
            event.timestamp = events[first].timestamp
        return DialogueStateTracker.from_events(
            tracker.sender_id, carried + events[first:], self.domain.slots, domain=self.domain
        )
