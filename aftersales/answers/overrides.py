"""A store's own wordings over the shared ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from aftersales.answers.render import Variation
from aftersales.answers.responses import Responses


def own_words(shared: Sequence[Variation], own: Sequence[Variation]) -> tuple[Variation, ...]:
    """``own`` in place of ``shared``; what is said the first or the second time stays where ``own`` has nothing for it."""
    worded = {variation.again for variation in own}
    return (*own, *(variation for variation in shared if variation.again not in worded))


def with_overrides(responses: Responses, overrides: Responses) -> Responses:
    """All responses as a store with these ``overrides`` says them; names that ``responses`` lacks are left out."""
    merged: Mapping[str, tuple[Variation, ...]] = {
        name: own_words(shared, overrides[name]) if name in overrides else shared for name, shared in responses.items()
    }
    return MappingProxyType(dict(merged))
