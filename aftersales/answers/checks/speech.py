"""Would the compliance door let these words through?"""

from __future__ import annotations

from collections.abc import Iterator

from aftersales.answers.checks.model import Finding, Material, Said
from aftersales.door import Violation


def find_speech(said: Said, material: Material) -> Iterator[Finding]:
    """What the door refuses. Of a bot that includes what it only warns a person of."""
    for violation in _violations(said, material):
        warned = said.speaker == "agent" and violation.level == "warn"
        yield Finding(
            f"says {violation.span!r} ({violation.rule}, {violation.kind}): {violation.why}",
            f"Better: {violation.instead}",
            "warning" if warned else "error",
        )


def _violations(said: Said, material: Material) -> tuple[Violation, ...]:
    key = (said.sample, said.store.platform, said.speaker)
    if key not in material.verdicts:
        found = material.door.check(said.sample, said.store, said.speaker).violations
        material.verdicts[key] = tuple(one for one in found if one.kind != "promise_beyond")
    if said.speaker == "bot":
        # Promises of the bot are judged store by store, and against the cited rules, in promises.py.
        return material.verdicts[key]
    promised = material.door.check(said.sample, said.store, said.speaker).violations
    return (*material.verdicts[key], *(one for one in promised if one.kind == "promise_beyond"))
