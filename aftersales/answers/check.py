"""The linter of the answers: every response, in every store, before a buyer reads it.

Each question that is asked has its module in :mod:`aftersales.answers.checks`; here they are asked.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence

from aftersales.answers.checks import ABOUT_THE_BOT, ABOUT_WORDINGS, ABOUT_WORDS, Finding, Material, Problem, Said
from aftersales.answers.checks.arrivals import find_arrivals
from aftersales.answers.render import MissingValue, Values, Variation, holds, placeholders, render
from aftersales.answers.responses import Responses
from aftersales.answers.sample import sample_value
from aftersales.stores.model import Store


def check(responses: Responses, stores: Mapping[str, Store], material: Material) -> list[Problem]:
    """Every problem of ``responses`` in ``stores``, without repeats; empty when all is well.

    Keys outside a store's namespaces (an order's, say) are taken as given: their wording is checked, not their value.
    """
    found: dict[Problem, None] = {}
    for store in stores.values():
        for finding in find_arrivals(store, material):
            found[_problem(f"stores/{store.id}/store.yml", "refunds.arrivals", store.id, finding)] = None
    values = {name: store.values() for name, store in stores.items()}
    for variations in responses.values():
        for name, store in stores.items():
            for problem in check_variations(variations, store, material, values[name]):
                found[problem] = None
    return list(found)


def check_variations(
    variations: Sequence[Variation], store: Store, material: Material, values: Values | None = None
) -> Iterator[Problem]:
    """Every problem of one response in one store; ``values``: the store's, where they are at hand."""
    terms = store.values() if values is None else values
    fits = False
    for variation in variations:
        for ask in ABOUT_WORDINGS:
            for finding in ask(variation, material):
                yield _problem(variation.file, variation.name, "", finding)
        own, shown = with_foreign_keys(variation, terms)
        try:
            if not holds(own, shown):
                continue
            said = _said(variation, store, terms)
        except MissingValue as error:
            yield _problem(variation.file, variation.name, store.id, _missing(error))
            continue
        fits = fits or not variation.again
        for ask_said in (*ABOUT_WORDS, *ABOUT_THE_BOT):
            for finding in ask_said(said, material):
                yield _problem(variation.file, variation.name, store.id, finding)
    if not fits:
        nothing = Finding("no variation fits", "Add one without `when`")
        yield _problem(variations[0].file, variations[0].name, store.id, nothing)


def samples(responses: Responses, store: Store) -> Iterator[Said]:
    """Every wording that fits ``store``, as its buyers read it; those with a missing value are left out."""
    terms = store.values()
    for variations in responses.values():
        for variation in variations:
            own, shown = with_foreign_keys(variation, terms)
            try:
                if holds(own, shown):
                    yield _said(variation, store, terms)
            except MissingValue:
                continue


def check_agent_words(variation: Variation, store: Store, material: Material) -> Iterator[Problem]:
    """Every problem of words that an agent says at a click; ``variation.text`` may hold the store's values only."""
    for ask in ABOUT_WORDINGS:
        for finding in ask(variation, material):
            yield _problem(variation.file, variation.name, "", finding)
    try:
        text = render(variation.text, store.values(), name=variation.name)
    except MissingValue as error:
        yield _problem(variation.file, variation.name, store.id, _missing(error))
        return
    said = Said(variation, store, text, text, "agent")
    for ask_said in ABOUT_WORDS:
        for finding in ask_said(said, material):
            yield _problem(variation.file, variation.name, store.id, finding)


def with_foreign_keys(
    variation: Variation, values: Values, show: Callable[[str], str] = "〔{}〕".format
) -> tuple[Variation, Values]:
    """``variation`` and ``values`` so that keys of other namespaces do no harm: their conditions are dropped, and they
    are shown as ``show`` says, 〔key〕 unless told."""
    roots = {key.split(".")[0] for key in values}
    shown = {key: show(key) for key in placeholders(variation.text) if key.split(".")[0] not in roots}
    when = tuple(key for key in variation.when if key.removeprefix("!").split(".")[0] in roots)
    return dataclasses.replace(variation, when=when), {**shown, **values}


def _said(variation: Variation, store: Store, terms: Values) -> Said:
    texts = []
    for show in ("〔{}〕".format, sample_value):
        own, values = with_foreign_keys(variation, terms, show)
        texts.append(render(own.text, values, name=own.name))
    # The desk shows the door what a buyer reads: the words and the buttons under them.
    sample = "\n".join((texts[1], *(button.title for button in variation.buttons)))
    return Said(variation, store, texts[0], sample)


def _missing(error: MissingValue) -> Finding:
    return Finding(f"{error.key}: {error}", "See the keys in docs/store-file.md, and ask for them with `when`")


def _problem(file: str, response: str, store: str, finding: Finding) -> Problem:
    return Problem(file, response, store, finding.text, finding.fix, finding.level)
