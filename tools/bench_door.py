"""How long the compliance door takes for one reply: ``python -m tools.bench_door`` in the desk's environment.

Replies of 90 to 110 characters are put together out of the door's labelled ones, so that they hold what real replies hold. One
process, one core; the first replies warm it up. Prints milliseconds as JSON.
"""

from __future__ import annotations

import json
import random
import sys
import time
from itertools import islice
from pathlib import Path

from aftersales.door import load_door
from aftersales.door.examples import read_examples
from aftersales.stores import load_stores

REPLIES, WARM_UP, SHORTEST, LONGEST = 3000, 300, 90, 110


def replies() -> list[str]:
    """The same replies every time."""
    door = load_door(Path("rules"), None)
    texts = [one.text for path in sorted(Path("tests/door").glob("*.tsv")) for one in read_examples(path, door.kinds)]
    draw = random.Random(0)
    made: list[str] = []
    while len(made) < REPLIES:
        text = ""
        while len(text) < SHORTEST:
            text += draw.choice(texts) + "。"
        made.append(text[:LONGEST])
    return made


def main() -> int:
    """Measure and print."""
    door, store = load_door(Path("rules")), next(iter(load_stores(Path("stores"), Path("rules")).values()))
    texts = replies()
    for text in islice(texts, WARM_UP):
        door.check(text, store, "agent")
    taken = []
    for text in texts:
        started = time.perf_counter()
        door.check(text, store, "agent")
        taken.append((time.perf_counter() - started) * 1000)
    json.dump(taken, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
