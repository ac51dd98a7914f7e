"""The linter of the answers: every response, in every store, before a buyer reads it.

It finds: a value that is missing or empty, a number that no store and no verified rule stands behind, a cited rule that
does not exist or does not hold on the platform, a forbidden phrase, and a store for which no wording fits.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from aftersales.answers.lexicon import Phrase, find_forbidden
from aftersales.answers.render import PLACEHOLDER, MissingValue, Values, Variation, holds, placeholders, render
from aftersales.answers.responses import Responses
from aftersales.rules import Rule
from aftersales.stores.model import Store

MOST_LINES = 5

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_STEP = re.compile(r"^\d\. ", re.MULTILINE)
_SPELT = re.compile(r"[一二三四五六七八九十百半]+个?(?:天|日|小时|工作日|分钟|元|倍|折|个月|年)(?!无理由)")
#: Emergency numbers are nobody's promise and no platform's rule; a buyer in danger must read them.
_EMERGENCY = frozenset({"110", "119", "120"})


@dataclass(frozen=True)
class Problem:
    """One finding: where, in which store (empty: in all), and what is wrong."""

    file: str
    response: str
    store: str
    text: str

    def __str__(self) -> str:
        store = f" [{self.store}]" if self.store else ""
        return f"{self.file}: {self.response}{store}: {self.text}"


def check(
    responses: Responses, stores: Mapping[str, Store], rules: Mapping[str, Rule], forbidden: Sequence[Phrase]
) -> list[Problem]:
    """Every problem of ``responses`` in ``stores``, without repeats; empty when all is well.

    Keys outside a store's namespaces (an order's, say) are taken as given: their wording is checked, not their value.
    """
    found: dict[Problem, None] = {}
    for store in stores.values():
        for text in _channels(store, rules):
            found[Problem(f"stores/{store.id}/store.yml", "refunds.arrivals", store.id, text)] = None
    for variations in responses.values():
        for store in stores.values():
            for problem in _check_response(variations, store, rules, forbidden):
                found[problem] = None
    return list(found)


def with_foreign_keys(variation: Variation, values: Values) -> tuple[Variation, Values]:
    """``variation`` and ``values`` so that keys of other namespaces do no harm: shown as 〔key〕, conditions dropped."""
    roots = {key.split(".")[0] for key in values}
    shown = {key: f"〔{key}〕" for key in placeholders(variation.text) if key.split(".")[0] not in roots}
    when = tuple(key for key in variation.when if key.removeprefix("!").split(".")[0] in roots)
    return dataclasses.replace(variation, when=when), {**shown, **values}


def _check_response(
    variations: Sequence[Variation], store: Store, rules: Mapping[str, Rule], forbidden: Sequence[Phrase]
) -> Iterator[Problem]:
    fits = False
    for original in variations:
        variation, values = with_foreign_keys(original, store.values())
        for text in _static(variation, rules):
            yield Problem(variation.file, variation.name, "", text)
        try:
            if not holds(variation, values):
                continue
            rendered = render(variation.text, values, name=variation.name)
        except MissingValue as error:
            yield Problem(variation.file, variation.name, store.id, f"{error.key}: {error}")
            continue
        fits = fits or not variation.again
        for text in _spoken(variation, rendered, store, rules, forbidden):
            yield Problem(variation.file, variation.name, store.id, text)
    if not fits:
        first = variations[0]
        yield Problem(first.file, first.name, store.id, "no variation fits: add one without `when`")


def _static(variation: Variation, rules: Mapping[str, Rule]) -> Iterator[str]:
    """What is wrong with the wording itself, whatever the store."""
    for rule_id in variation.rules:
        if rule_id not in rules:
            yield f"cites {rule_id}, which is not in rules/catalogue"
    bare = _STEP.sub("", PLACEHOLDER.sub("", variation.text))
    covered = covered_numbers(rules[rule_id] for rule_id in variation.rules if rule_id in rules)
    for number in _NUMBER.findall(bare):
        if number not in covered and number not in _EMERGENCY:
            yield f"the number {number} is neither a placeholder nor in a cited verified rule"
    for spelt in _SPELT.findall(bare):
        yield f"{spelt!r} is a number in words: make it a placeholder"
    if len(variation.text.splitlines()) > MOST_LINES or "\n\n" in variation.text:
        yield f"has more than {MOST_LINES} lines, or an empty one"


def _spoken(
    variation: Variation, rendered: str, store: Store, rules: Mapping[str, Rule], forbidden: Sequence[Phrase]
) -> Iterator[str]:
    """What is wrong with the words as this store's buyer reads them."""
    for phrase in find_forbidden(rendered, forbidden):
        yield f"says {phrase.phrase!r} ({phrase.rule}); better: {phrase.instead}"
    for rule_id in variation.rules:
        rule = rules.get(rule_id)
        # Advice from hearsay is good manners anywhere; a rule that was read is a claim, and must hold here.
        if rule is not None and rule.verified and not rule.holds_on(store.platform):
            yield f"cites {rule_id}, a rule of {rule.platform}, on {store.platform}: add a `when`"


def _channels(store: Store, rules: Mapping[str, Rule]) -> Iterator[str]:
    """When money arrives is a bank's matter: the pack may say a number only from a verified rule."""
    for arrival in store.refunds.arrivals:
        for rule_id in arrival.rules:
            if rule_id not in rules or not rules[rule_id].holds_on(store.platform):
                yield f"{arrival.channel}: cites {rule_id}, which is no rule on {store.platform}"
    for channel in store.pack.channels:
        covered = covered_numbers(rules[rule_id] for rule_id in channel.rules if rule_id in rules)
        for number in _NUMBER.findall(channel.text):
            if number not in covered:
                yield f"the platform's {channel.name}: the number {number} is in no cited verified rule"


def covered_numbers(rules: Iterable[Rule]) -> frozenset[str]:
    """The numbers that the statements and params of the verified ones among ``rules`` hold."""
    numbers: set[str] = set()
    for rule in rules:
        if rule.verified:
            numbers.update(_NUMBER.findall(rule.statement))
            numbers.update(_NUMBER.findall(str(dict(rule.params))))
    return frozenset(numbers)
