"""May a store's own words (``stores/<id>/replies.yml``) be said? Asked when a store is loaded, and by the linter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

from aftersales.answers.check import check_agent_words, check_variations
from aftersales.answers.checks import Finding, Material, Problem, load_material
from aftersales.answers.overrides import own_words
from aftersales.answers.render import Variation, placeholders
from aftersales.answers.responses import Responses, load_responses
from aftersales.errors import ConfigurationError
from aftersales.stores import Store, StoreReplies
from aftersales.stores.replies import Canned

#: Where the shared responses are, beside the folder of rules.
RESPONSES = Path("data/responses")


def check_replies(store: Store, replies: StoreReplies, shared: Responses, material: Material) -> Iterator[Problem]:
    """Every problem of a store's overrides and quick replies, as its buyers read them."""
    for name, own in replies.overrides.items():
        if name not in shared:
            yield _problem(own[0], store, Finding(f"no answer is called {name}", "Use a name from data/responses"))
            continue
        for variation in own:
            yield from _foreign(variation, shared[name], store)
        for problem in check_variations(own_words(shared[name], own), store, material):
            # What is wrong with shared words is reported with them.
            if problem.file == replies.file:
                yield problem
    for one in replies.canned:
        yield from check_agent_words(_as_variation(one, replies), store, material)


def gate(rules: Path, responses: Path | None = None) -> Callable[[Store, StoreReplies], None]:
    """A judge for :class:`aftersales.stores.StoreDirectory`: raises :class:`ConfigurationError` for words that may not
    be said. What the rules say is read when the first store with such a file comes, and kept.

    ``rules``: the folder; ``responses``: the shared ones, ``data/responses`` beside ``rules`` unless told.
    """

    @lru_cache(maxsize=1)
    def known() -> tuple[Responses, Material]:
        folder = rules.resolve().parent / RESPONSES if responses is None else responses
        return load_responses(folder), load_material(rules)

    def accept(store: Store, replies: StoreReplies) -> None:
        if not (replies.overrides or replies.canned):
            return
        for problem in check_replies(store, replies, *known()):
            if problem.level == "error":
                raise ConfigurationError(problem.file, problem.response, problem.text, problem.fix)

    return accept


def _as_variation(one: Canned, replies: StoreReplies) -> Variation:
    return Variation(text=one.text, rules=one.rules, name=f"canned {one.id}", file=replies.file)


def _foreign(variation: Variation, shared: tuple[Variation, ...], store: Store) -> Iterator[Problem]:
    """Keys that are not the store's, and that nobody hands over with this answer."""
    known = {key for one in shared for key in _keys(one)}
    roots = {key.split(".")[0] for key in store.values()}
    for key in _keys(variation):
        if key.split(".")[0] not in roots and key not in known:
            given = ", ".join(sorted(key for key in known if key.split(".")[0] not in roots)) or "nothing of an order"
            yield _problem(variation, store, Finding(f"{key} is not handed over with this answer", f"It has: {given}"))


def _keys(variation: Variation) -> tuple[str, ...]:
    titles = (key for button in variation.buttons for key in placeholders(button.title))
    return (*placeholders(variation.text), *titles, *(key.removeprefix("!") for key in variation.when))


def _problem(variation: Variation, store: Store, finding: Finding) -> Problem:
    return Problem(variation.file, variation.name, store.id, finding.text, finding.fix)
