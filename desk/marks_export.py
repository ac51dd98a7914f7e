"""``python -m desk.marks_export``: the agents' marks as a review file, from which a person makes training data.

The file is a function of the marks and of what a person has already filled in: a second export changes nothing, a line
that was exported stays, and what stands in a file that was accepted is not asked for again.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Row, select

from aftersales.errors import AftersalesError, ConfigurationError
from aftersales.review import ACCEPTED, ReviewLine, read_review, write_review
from aftersales.settings import load_settings
from desk.database import Database, connect
from desk.errors import Unavailable
from desk.lines import CHINA
from desk.marks_mask import mask_for_review
from desk.schema import marks, messages

#: Risk that an intent names by itself, as the proposal for a handoff that was missed.
_RISK_OF_INTENT = {
    "human_request": "human_request",
    "complaint": "complaint_threat",
    "compensation_request": "compensation_claim",
}
HOT = ("angry", "abusive")
TAKEN_BACK = "taken_back"


@dataclass(frozen=True)
class Exported:
    """What an export did: lines in the file, new ones, and reviewed lines whose mark has changed since."""

    lines: int
    fresh: int
    changed_after_review: int
    accepted_before: int


async def read_marks(database: Database) -> list[ReviewLine]:
    """Return a line for every mark, with nothing in it that names a person. Raises ConfigurationError without a table."""
    statement = select(marks, messages.c.text, messages.c.reading).join(messages, messages.c.id == marks.c.message)
    try:
        return await database.read(lambda connection: [_line(row) for row in connection.execute(statement)])
    except Unavailable as error:
        raise ConfigurationError(
            "environment",
            "AFTERSALES_DATABASE_URL",
            f"holds no marks that can be read ({type(error.__cause__).__name__})",
            "Check that it names the desk's database, and start this version of the desk once",
        ) from error


def export(found: Sequence[ReviewLine], out: Path, since: datetime | None = None) -> Exported:
    """Write the lines of ``found`` to ``out``, keeping what the file holds. ``since``: new lines from this time only.

    Raises ConfigurationError for a file that was accepted or is no review file.
    """
    before: Mapping[str, ReviewLine] = {}
    if out.exists():
        file = read_review(out)
        if file.accepted:
            raise ConfigurationError(str(out), "the file", f"was accepted on {file.accepted}", "Export to another file")
        before = {line.mark: line for line in file.lines}
    done = set(_accepted_beside(out))
    kept: dict[str, ReviewLine] = {}
    changed = skipped = fresh = 0
    for line in found:
        old = before.get(line.mark)
        if old is not None and (old.confirm or (old.kind != TAKEN_BACK and _edited(old))):
            # A person has worked on this line as it stood; what they wrote is theirs.
            kept[line.mark] = old
            changed += old.at != line.at
        elif old is not None:
            kept[line.mark] = line
        elif (line.mark, line.at) in done:
            skipped += 1
        elif since is None or datetime.fromisoformat(line.at) >= since:
            kept[line.mark] = line
            fresh += 1
    for mark, old in before.items():
        if mark not in kept:
            kept[mark] = replace(old, kind=TAKEN_BACK)
    write_review(out, sorted(kept.values(), key=lambda line: (line.kind, line.text, line.at, line.mark)))
    return Exported(len(kept), fresh, changed, skipped)


def propose(kind: str, reading: Mapping[str, Any], agent_intent: str | None) -> tuple[str, str, str]:
    """Return intent, emotion and risk (with commas) as a first guess for the person who reviews."""
    intent = agent_intent or str(reading.get("intent") or "")
    emotion = str(reading.get("emotion") or "calm")
    risk = _labels(reading)
    if kind == "needless":
        # Nothing in the message alone may call a person then; whether it was calm, the reviewer sees.
        return intent, "dissatisfied" if emotion in HOT else emotion, ""
    if kind == "missed" and not risk and emotion not in HOT:
        risk = _RISK_OF_INTENT.get(intent, "")
    return intent, emotion, risk


def _line(row: Row[Any]) -> ReviewLine:
    reading: Mapping[str, Any] = row.reading or {}
    intent, emotion, risk = propose(row.kind, reading, row.intent)
    name = hashlib.blake2b(f"{row.message}\n{row.agent}".encode(), digest_size=6).hexdigest()
    return ReviewLine(
        mark=name,
        at=row.at.astimezone(CHINA).isoformat(timespec="seconds"),
        kind=row.kind,
        text=mask_for_review(row.text),
        read_intent=str(reading.get("intent") or ""),
        read_emotion=str(reading.get("emotion") or ""),
        read_risk=_labels(reading),
        agent_intent=row.intent or "",
        note=mask_for_review(row.note or ""),
        intent=intent,
        emotion=emotion,
        risk=risk,
        confirm="",
    )


def _labels(reading: Mapping[str, Any]) -> str:
    return ",".join(str(label) for label in reading.get("risk") or ())


def _edited(line: ReviewLine) -> bool:
    """Whether a person has changed the proposed labels."""
    reading = {"intent": line.read_intent, "emotion": line.read_emotion, "risk": line.read_risk.split(",")}
    reading["risk"] = [label for label in reading["risk"] if label]
    return (line.intent, line.emotion, line.risk) != propose(line.kind, reading, line.agent_intent or None)


def _accepted_beside(out: Path) -> Iterable[tuple[str, str]]:
    """Which marks, as of when, stand in an accepted file of the same folder."""
    for path in sorted(out.parent.glob("*.tsv")):
        if path == out or ACCEPTED not in path.read_text(encoding="utf-8", errors="replace"):
            continue
        file = read_review(path)
        if file.accepted:
            yield from ((line.mark, line.at) for line in file.lines)


async def run(url: str, out: Path, since: datetime | None) -> Exported:
    """Export from the database at ``url``. Raises ConfigurationError."""
    database = connect(url, connections=2)
    try:
        found = await read_marks(database)
    finally:
        await database.close()
    return export(found, out, since)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line. Answers 1, with the reason on stderr, when nothing could be exported."""
    now = datetime.now(UTC).astimezone(CHINA)
    parser = argparse.ArgumentParser(prog="python -m desk.marks_export", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path(f"var/review/marks-{now:%Y%m%d}.tsv"), help="the review file")
    parser.add_argument("--since", type=_moment, help="new lines only from this day (2026-11-01) or time, China time")
    chosen = parser.parse_args(arguments)
    try:
        settings = load_settings(os.environ, secrets_required=False)
        done = asyncio.run(run(settings.database_url, chosen.out, chosen.since))
    except AftersalesError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{chosen.out}: {done.lines} lines, {done.fresh} of them new")
    if done.accepted_before:
        print(f"{done.accepted_before} marks stand in accepted files of the same folder and were left out")
    if done.changed_after_review:
        print(f"{done.changed_after_review} reviewed lines stay as reviewed although their mark has changed since")
    return 0


def _moment(stated: str) -> datetime:
    moment = datetime.fromisoformat(stated)
    return moment if moment.tzinfo else moment.replace(tzinfo=CHINA)


if __name__ == "__main__":
    raise SystemExit(main())
