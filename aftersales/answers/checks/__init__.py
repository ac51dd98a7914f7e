"""What must be true of an answer before a buyer reads it: one question a module."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from aftersales.answers.checks.demands import find_missing_demands
from aftersales.answers.checks.identity import find_identity
from aftersales.answers.checks.model import Finding, Material, Problem, Said, load_material
from aftersales.answers.checks.money import find_money
from aftersales.answers.checks.numbers import covered_numbers, find_numbers
from aftersales.answers.checks.paths import find_foreign_menus, find_paths
from aftersales.answers.checks.promises import find_promises
from aftersales.answers.checks.rules import find_foreign_rules, find_unknown_rules
from aftersales.answers.checks.shape import find_shape
from aftersales.answers.checks.speech import find_speech
from aftersales.answers.render import Variation

#: What can be wrong with a wording whatever the store.
ABOUT_WORDINGS: tuple[Callable[[Variation, Material], Iterator[Finding]], ...] = (
    find_unknown_rules,
    find_numbers,
    find_paths,
    find_shape,
)
#: What can be wrong with the words as the buyer of one store reads them, whoever says them.
ABOUT_WORDS: tuple[Callable[[Said, Material], Iterator[Finding]], ...] = (
    find_foreign_rules,
    find_foreign_menus,
    find_promises,
    find_speech,
    find_money,
)
#: What only the bot owes.
ABOUT_THE_BOT: tuple[Callable[[Said, Material], Iterator[Finding]], ...] = (find_missing_demands, find_identity)

__all__ = [
    "ABOUT_THE_BOT",
    "ABOUT_WORDINGS",
    "ABOUT_WORDS",
    "Finding",
    "Material",
    "Problem",
    "Said",
    "covered_numbers",
    "load_material",
]
