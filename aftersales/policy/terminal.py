"""Two texts side by side in a terminal, where a Chinese character is two cells wide."""

from __future__ import annotations

import itertools
import unicodedata
from dataclasses import dataclass

_CODES = {"kinder": "32", "stricter": "31", "mixed": "33", "neutral": "2"}


@dataclass(frozen=True)
class Paint:
    """Colours, or none when what is printed goes into a file or a pipe."""

    colour: bool

    def bold(self, text: str) -> str:
        """A heading."""
        return self._with("1", text)

    def weight(self, weight: str, text: str) -> str:
        """Green for kinder, red for stricter."""
        return self._with(_CODES[weight], text)

    def side(self, text: str, *, after: bool) -> str:
        """A line of the left (before) or right (after) column."""
        return self._with("36" if after else "90", text)

    def _with(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour else text


def columns(before: str, after: str, width: int, paint: Paint) -> list[str]:
    """Lines with ``before`` on the left and ``after`` on the right, together at most ``width`` cells wide."""
    each = max(16, (width - 9) // 2)
    pairs = itertools.zip_longest(wrap(before, each), wrap(after, each), fillvalue="")
    return [
        f"    {paint.side(left + ' ' * (each - cells(left)), after=False)} │ {paint.side(right, after=True)}".rstrip()
        for left, right in pairs
    ]


def wrap(text: str, width: int) -> list[str]:
    """``text`` in lines of at most ``width`` cells; Chinese may break anywhere."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line, used = "", 0
        for character in paragraph:
            wide = cells(character)
            if used + wide > width:
                lines.append(line)
                line, used = "", 0
            line, used = line + character, used + wide
        lines.append(line)
    return lines


def cells(text: str) -> int:
    """How many cells ``text`` takes."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
