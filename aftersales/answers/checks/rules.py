"""Does every rule that a wording cites exist, and hold where it is said?"""

from __future__ import annotations

from collections.abc import Iterator

from aftersales.answers.checks.model import Finding, Material, Said
from aftersales.answers.render import Variation


def find_unknown_rules(variation: Variation, material: Material) -> Iterator[Finding]:
    """Cited rules that the catalogue does not hold."""
    for rule in variation.rules:
        if rule not in material.rules:
            yield Finding(f"cites {rule}, which is not in rules/catalogue", "Mend the id, or add the rule")


def find_foreign_rules(said: Said, material: Material) -> Iterator[Finding]:
    """Rules of another platform that are claimed here."""
    for cited in said.variation.rules:
        rule = material.rules.get(cited)
        # Advice from hearsay is good manners anywhere; a rule that was read is a claim, and must hold here.
        if rule is not None and rule.verified and not rule.holds_on(said.store.platform):
            place = f"cites {cited}, a rule of {rule.platform}, on {said.store.platform}"
            yield Finding(place, "Add a `when`, or cite a rule that holds here")
