"""Is an answer short enough to be read in a chat?"""

from __future__ import annotations

from collections.abc import Iterator

from aftersales.answers.checks.model import Finding, Material
from aftersales.answers.render import Variation

MOST_LINES = 5


def find_shape(variation: Variation, material: Material) -> Iterator[Finding]:
    """Too many lines, or empty ones."""
    if len(variation.text.splitlines()) > MOST_LINES or "\n\n" in variation.text:
        yield Finding(f"has more than {MOST_LINES} lines, or an empty one", "Say less, or give the rest its own answer")
