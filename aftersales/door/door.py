"""The one door: every text that is about to reach a buyer passes this check, whoever wrote it.

It is pure. What it finds comes from five sides: patterns, the trained reader, promises against the store's terms, personal
data, and what was said before. :func:`aftersales.door.load.load_door` builds one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from aftersales.door.model import LEVELS, Kind, Level, Promise, Speaker, Talk, Verdict, Violation
from aftersales.door.patterns import Patterns
from aftersales.door.personal import find_personal
from aftersales.door.promises import read_promises
from aftersales.door.reader import Reader
from aftersales.door.text import Reply, Span, read_reply
from aftersales.reading.normalise import normalise
from aftersales.rules import Rule
from aftersales.stores.model import Store

#: A talk of which the door is told nothing.
NOTHING_KNOWN = Talk()
#: Longer replies are read to here; the desk takes no longer ones.
LONGEST = 4000
#: A reply of fewer characters than this may be said again: 好的, 收到.
SHORTEST_REPEATED = 8
#: From this likeness on two replies are the same one.
ALIKE = 0.92
#: From these chances on the trained part is believed that something is wrong, and that it must be stopped; chosen on
#: lines left out of training, see docs/door.md.
WRONG, STOP = 0.7, 0.87
#: How many earlier replies are compared.
REMEMBERED = 3
_WORDS = re.compile(r"[a-z\u4e00-\u9fff]")
_FACES = re.compile(r"(?:[:;=8xX]['-]?[)(DPpOo3/|*]|[TtQqOoUu0^>][_.-]+[TtQqOoUu0^<]|[xX]D|orz|Orz|\s)+")
_ONLY_SIGNS = re.compile(r"(?:\[[^\]]{1,4}\]|【[^】]{1,4}】|666+|233+|88+|ok|嗯+|哦+|哈+)+")


class Door:
    """The check, for all stores. Immutable, safe to share."""

    def __init__(
        self,
        kinds: Mapping[str, Kind],
        rules: Mapping[str, Rule],
        patterns: Patterns,
        reader: Reader,
    ):
        self._kinds, self._rules, self._patterns, self._reader = kinds, rules, patterns, reader

    @property
    def kinds(self) -> Mapping[str, Kind]:
        """All kinds by name."""
        return self._kinds

    @property
    def patterns(self) -> Patterns:
        """The patterns it tries."""
        return self._patterns

    @property
    def rules(self) -> Mapping[str, Rule]:
        """The catalogue its verdicts cite."""
        return self._rules

    def check(self, text: str, store: Store, speaker: Speaker, talk: Talk = NOTHING_KNOWN) -> Verdict:
        """What is wrong with ``text`` when ``speaker`` says it to a buyer of ``store``. Never raises for any text."""
        reply = read_reply(text[:LONGEST])
        promises = read_promises(reply, store, talk)
        violations: dict[str, Violation] = {}
        for violation in self._violations(reply, store, speaker, talk, promises):
            # One of a kind: the first side that sees it quotes best.
            violations.setdefault(violation.kind, violation)
        found = tuple(sorted(violations.values(), key=lambda one: (-LEVELS.index(one.level), one.start)))
        level: Level = found[0].level if found else "pass"
        return Verdict(level, found, promises)

    def _violations(
        self, reply: Reply, store: Store, speaker: Speaker, talk: Talk, promises: Sequence[Promise]
    ) -> Iterator[Violation]:
        if not reply.folded.original.strip():
            return
        for found in self._patterns.find(reply, speaker, store.platform):
            entry = found.pattern.entry
            yield self._violation(
                entry.kind, reply, Span(found.start, found.end), store, speaker, entry.id, entry.rule, entry.instead
            )
        for promise in promises:
            if not promise.within:
                span = Span(promise.start, promise.end)
                yield self._violation("promise_beyond", reply, span, store, speaker, f"promise.{promise.matter}")
        for span in find_personal(reply, talk.own):
            yield self._violation("personal_data", reply, span, store, speaker, "personal")
        everything = Span(0, len(reply.text))
        if _says_nothing(reply):
            yield self._violation("emoji_only", reply, everything, store, speaker, "signs")
        if _said_before(reply.text, talk.said):
            yield self._violation("repetition", reply, everything, store, speaker, "history")
        yield from self._read(reply, store, speaker)

    def _read(self, reply: Reply, store: Store, speaker: Speaker) -> Iterator[Violation]:
        """What the trained part finds: the likeliest kind, and whether it is sure enough to stop the text."""
        opinion = self._reader.read(reply)
        if opinion is None or max(opinion.wrong, opinion.stop) < WRONG:
            return
        stopped = opinion.stop >= STOP
        pool = [kind for kind in opinion.kinds if not stopped or self._kinds[kind].agent == "block"]
        kind = max(pool, key=lambda one: opinion.kinds[one][0])
        found = self._violation(kind, reply, opinion.kinds[kind][1], store, speaker, "reader")
        # Not sure enough to stop a person's words: ask.
        yield found if stopped or found.level != "block" or speaker == "bot" else replace(found, level="warn")

    def _violation(
        self,
        kind: str,
        reply: Reply,
        span: Span,
        store: Store,
        speaker: Speaker,
        found_by: str,
        rule: str = "",
        instead: str = "",
    ) -> Violation:
        known = self._kinds[kind]
        start, end = reply.folded.original_span(span.start, span.end) if span.end > span.start else (0, len(reply.folded.original))
        return Violation(
            kind=kind,
            rule=rule or self._rule_on(known, store),
            level=known.level(speaker),
            span=reply.folded.original[start:end].strip(),
            start=start,
            end=end,
            why=known.why,
            instead=instead or known.instead,
            found_by=found_by,
        )

    def _rule_on(self, kind: Kind, store: Store) -> str:
        """The first of the kind's rules that holds on the store's platform; the first of all when none does."""
        holding = (rule for rule in kind.rules if rule in self._rules and self._rules[rule].holds_on(store.platform))
        return next(holding, kind.rules[0])


def _says_nothing(reply: Reply) -> bool:
    """Whether there is not one word: signs, emoji, digits, or a grunt."""
    original = reply.folded.original
    if _FACES.fullmatch(original.strip()):
        return True
    bare = re.sub(r"\s", "", _plain(original))
    return not _WORDS.search(bare) or _ONLY_SIGNS.fullmatch(bare) is not None and len(bare) <= 6


def _plain(text: str) -> str:
    """The words that were typed, without emoji and without bracketed stickers."""
    return re.sub(r"\[[^\]]{1,6}\]|【[^】]{1,6}】|/:[^\s]{1,6}", "", re.sub(r"[^\w\s\[\]【】/:]", "", text.lower()))


def _said_before(text: str, said: Sequence[str]) -> bool:
    if len(text) < SHORTEST_REPEATED:
        return False
    for earlier in said[-REMEMBERED:]:
        other = normalise(earlier).text
        if text == other:
            return True
        if abs(len(text) - len(other)) <= 0.2 * len(text):
            matcher = SequenceMatcher(None, text, other, autojunk=False)
            if matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE:
                return True
    return False
