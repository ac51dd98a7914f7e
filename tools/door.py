"""Train the door's reader when it is missing or older than what it is made of."""

from __future__ import annotations

import subprocess
import sys

from tools.environments import ROOT, ensure, python_of
from tools.model import environment, fingerprint
from tools.say import step

READER = ROOT / "build" / "door" / "reader.npz"
STAMP = ROOT / "build" / "door" / "built-from.txt"
SOURCES = (
    "rules/door/kinds.yml",
    "rules/door/concepts.yml",
    "rules/door/replies/*.tsv",
    "data/responses/*.yml",
    "stores/*/store.yml",
    "aftersales/door/reader.py",
    "aftersales/door/text.py",
    "aftersales/reading/normalise.py",
    "aftersales/reading/concepts.py",
    "bot/door_training.py",
    "requirements/bot.txt",
)


def ensure_door() -> None:
    """Train unless the reader is there and up to date. Exits when training fails."""
    wanted = fingerprint(SOURCES)
    if READER.is_file() and STAMP.is_file() and STAMP.read_text() == wanted:
        return
    with step("training the reader of the compliance door"):
        command = [str(python_of("bot")), "-W", "ignore", "-m", "bot.door_training"]
        if subprocess.run(command, cwd=ROOT, env=environment()).returncode != 0:
            sys.exit("The door's reader could not be trained: mend what the lines above name, then run the same command again.")
    STAMP.write_text(wanted)


if __name__ == "__main__":
    ensure("bot")
    ensure_door()
