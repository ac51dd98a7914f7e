"""What the desk itself says, read from ``lines.yml``: wording is data, and a wrong file stops the start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from string import Formatter

import yaml

from aftersales.errors import ConfigurationError

DEFAULT = Path(__file__).parent / "lines.yml"

#: Every line, with the placeholders that it may use.
LINES: Mapping[str, Mapping[str, frozenset[str]]] = {
    "names": {"bot": frozenset(), "system": frozenset(), "agent": frozenset({"agent"})},
    "buyer": {
        "queued": frozenset({"group", "position"}),
        "joined": frozenset({"agent"}),
        "left_queue": frozenset(),
        "offered": frozenset({"agent"}),
        "accepted": frozenset(),
        "declined": frozenset({"agent"}),
        "returned": frozenset(),
        "closed": frozenset(),
        "released": frozenset({"agent", "position"}),
        "left_message": frozenset({"group", "opening"}),
        "left_message_again": frozenset({"opening"}),
        "bot_failed": frozenset({"position"}),
        "bot_failed_off_hours": frozenset({"opening"}),
        "masked": frozenset({"what"}),
        "blocked": frozenset(),
        "civil_reminder": frozenset(),
    },
    "secrets": {key: frozenset() for key in ("bank_card", "id_number", "password", "code", "other")},
    "opening": {
        "today": frozenset({"time"}),
        "tomorrow": frozenset({"time"}),
        "later": frozenset({"month", "day", "time"}),
        "unknown": frozenset(),
    },
    "reasons": {
        "human_request": frozenset(),
        "bot_failure": frozenset({"problem"}),
        "blocked_text": frozenset({"what"}),
        **{key: frozenset() for key in ("timeout", "unreachable", "refused", "invalid", "gave_up")},
    },
}

#: The wall clock that buyers and agents of Chinese storefronts read.
CHINA = timezone(timedelta(hours=8))


class Lines:
    """The lines of one file. Make it with :func:`load_lines`."""

    def __init__(self, lines: Mapping[str, Mapping[str, str]]) -> None:
        self._lines = lines

    @property
    def bot_name(self) -> str:
        """What the bot is called beside its messages."""
        return self._lines["names"]["bot"]

    @property
    def system_name(self) -> str:
        """What the desk is called beside its own messages."""
        return self._lines["names"]["system"]

    def agent_name(self, agent: str) -> str:
        """Return what the agent called ``agent`` is called beside their messages."""
        return self._lines["names"]["agent"].format(agent=agent)

    def buyer(self, key: str, **values: object) -> str:
        """Return the buyer's line ``key`` with its placeholders filled."""
        return self._lines["buyer"][key].format(**values)

    def reason(self, key: str, **values: object) -> str:
        """Return what agents read as the reason ``key``."""
        return self._lines["reasons"][key].format(**values)

    def secrets(self, found: Sequence[str]) -> str:
        """Return the names of the kinds of secrets in ``found``, each once, in one phrase."""
        names = self._lines["secrets"]
        return "、".join(dict.fromkeys(names.get(kind, names["other"]) for kind in found))

    def opening(self, moment: datetime | None, now: datetime) -> str:
        """Return when people are back, as the start of a sentence; empty when nobody knows."""
        words = self._lines["opening"]
        if moment is None:
            return words["unknown"]
        there, here = moment.astimezone(CHINA), now.astimezone(CHINA)
        key = {0: "today", 1: "tomorrow"}.get((there.date() - here.date()).days, "later")
        return words[key].format(time=f"{there:%H:%M}", month=there.month, day=there.day)


def load_lines(path: Path = DEFAULT) -> Lines:
    """Read the lines. Raises ConfigurationError for a missing, unknown or empty line, or a wrong placeholder."""
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(data, dict):
        raise ConfigurationError(str(path), "the file", "is no mapping", "Start from the lines.yml of the desk")
    for section, lines in LINES.items():
        given = data.get(section)
        if not isinstance(given, dict) or set(given) != set(lines):
            raise ConfigurationError(
                str(path), section, "has lines missing or too many", f"Give exactly: {', '.join(lines)}"
            )
        for key, allowed in lines.items():
            _check(path, f"{section}.{key}", given[key], allowed)
    return Lines({section: dict(data[section]) for section in LINES})


def _check(path: Path, field: str, line: object, allowed: frozenset[str]) -> None:
    if not isinstance(line, str) or (not line and field != "opening.unknown"):
        raise ConfigurationError(str(path), field, "is no text", "Write the line")
    used = {name for _, name, _, _ in Formatter().parse(line) if name is not None}
    if used - allowed:
        raise ConfigurationError(
            str(path), field, f"uses {', '.join(sorted(used - allowed))}", f"Use only: {', '.join(sorted(allowed))}"
        )
