"""Does the store, or a cited rule, stand behind everything an answer promises?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from aftersales.answers.checks.model import Finding, Material, Said
from aftersales.door import Talk
from aftersales.door.model import Promise
from aftersales.door.promises import read_promises
from aftersales.door.quantities import times
from aftersales.door.text import read_reply
from aftersales.rules import Rule

_PATH = re.compile(r"“[^”]*→[^”]*”")


def find_promises(said: Said, material: Material) -> Iterator[Finding]:
    """Promises that neither the terms of the store nor a cited verified rule covers."""
    if said.speaker == "agent":
        # The door warns of an agent's promise by itself; who types may know more than the terms say.
        return
    cited = material.verified(said.variation, said.store.platform)
    # The name of a menu is no promise: 降价补差 is where one asks.
    text = _PATH.sub("“入口”", said.sample)
    for promise in read_promises(read_reply(text), said.store, Talk()):
        if promise.within or any(covers(rule, promise) for rule in cited) or _by_a_term(promise, said, material):
            continue
        terms = f"what {said.store.id} promises ({promise.matter})"
        fix = "Say it with the store's values, or cite a verified rule that grants it"
        yield Finding(f"{promise.span!r} goes beyond {terms}", fix)


def covers(rule: Rule, promise: Promise) -> bool:
    """Whether ``rule`` grants as much time as ``promise`` does; only an amount can be compared."""
    if promise.amount is None or promise.unit != "hours":
        return False
    return any(abs(one.value - promise.amount) < 1e-6 for one in times(rule.statement))


def _by_a_term(promise: Promise, said: Said, material: Material) -> bool:
    """Whether the word for a time in the promise means a term of the store that stands in the same sentence."""
    for moment, keys in material.duties.moments.items():
        if moment in promise.span:
            sentences = [one for one in re.split(r"[。！？\n]", said.variation.text) if moment in one]
            return bool(sentences) and all(any(f"{{{key}}}" in one for key in keys) for one in sentences)
    return False
