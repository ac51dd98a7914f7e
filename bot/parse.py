"""``make -s parse``: one message a line on standard input, one JSON reading a line on standard output.

``needs_human`` is the decision the bot itself takes: the same component in the same loaded model makes it.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any, TextIO

from aftersales.escalation import History, decide, explain
from aftersales.reading.model import Reading
from bot import handoff
from bot.channel import LONGEST_TEXT, neutralise
from bot.loading import Reader

#: Seconds between two progress lines.
EVERY = 2.0


def main(source: TextIO = sys.stdin, out: TextIO = sys.stdout, progress: TextIO = sys.stderr) -> None:
    """Read lines until the end of ``source``; an empty line is a message too, so the lines stay in step."""
    reader = Reader()
    started = last = time.monotonic()
    number = 0
    for number, line in enumerate(source, 1):
        out.write(json.dumps(reading_of(reader, line.rstrip("\r\n")), ensure_ascii=False) + "\n")
        now = time.monotonic()
        if now - last >= EVERY:
            last = now
            out.flush()
            print(f"{number} messages, {number / (now - started):.0f} a second", file=progress, flush=True)
    print(f"{number} messages in {time.monotonic() - started:.1f} s", file=progress, flush=True)


def reading_of(reader: Reader, text: str) -> dict[str, Any]:
    """The reading of one message, bounded and neutralised as the desk channel does it.

    ``below_line``: the bot would ask back. ``why``: the agent's one line on why a person is needed, or None.
    """
    parsed: Any = reader.read(neutralise(text[:LONGEST_TEXT]))
    reading: dict[str, Any] = dict(parsed["reading"])
    reading["below_line"] = any(entry["name"] == "nlu_fallback" for entry in parsed.get("intent_ranking") or [])
    escalation = decide(Reading.from_dict(parsed["reading"]), History(), handoff.ROUTING)
    reading["why"] = explain(escalation) if escalation else None
    return reading


if __name__ == "__main__":
    main()
