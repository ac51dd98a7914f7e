"""Progress on long work: numbered steps with their time, on standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

_START = time.monotonic()


def say(text: str) -> None:
    """One line with the seconds since the start."""
    print(f"[{time.monotonic() - _START:6.1f} s] {text}", file=sys.stderr, flush=True)


@contextmanager
def step(text: str) -> Iterator[None]:
    """A step that says when it begins and how long it took."""
    started = time.monotonic()
    say(f"{text} …")
    yield
    say(f"{text}: done in {time.monotonic() - started:.1f} s")
