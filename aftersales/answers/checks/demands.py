"""Is an answer sorry where the store is at fault, and does it say what happens next?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from aftersales.answers.checks.model import Finding, Material, Said

_MISSING = {
    "apology": ("has no word of apology", "Be sorry in a few words, such as 抱歉"),
    "step": ("names no next step", "Say what happens next and by when, or what the buyer can do: 转人工, 走“…”, 发来照片"),
}


def find_missing_demands(said: Said, material: Material) -> Iterator[Finding]:
    """An apology or a next step that ``rules/answers.yml`` demands and the answer lacks."""
    for demand in material.duties.demands:
        if not demand.meets(said.variation.name):
            continue
        for need in demand.needs:
            # Whoever is sorry at each repetition is sorry for nothing; the second time a way out is what counts.
            if need == "ai" or need == "apology" and said.variation.again:
                continue
            if not says(said.text, getattr(material.duties, need)):
                text, fix = _MISSING[need]
                yield Finding(f"{text} ({demand.why})", fix)


def says(text: str, expressions: Sequence[str]) -> bool:
    """Whether one of ``expressions`` is found in ``text``."""
    return any(re.search(expression, text) for expression in expressions)
