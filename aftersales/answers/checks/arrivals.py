"""Does a verified rule stand behind what a platform's pack says of when money arrives?

When it arrives is a bank's matter: the pack may say a number only from a verified rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from aftersales.answers.checks.model import Finding, Material
from aftersales.answers.checks.numbers import covered_numbers
from aftersales.stores import Store

_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def find_arrivals(store: Store, material: Material) -> Iterator[Finding]:
    """Numbers of the pack that no cited verified rule holds, and rules of other platforms."""
    for arrival in store.refunds.arrivals:
        for rule in arrival.rules:
            if rule not in material.rules or not material.rules[rule].holds_on(store.platform):
                yield Finding(f"{arrival.channel}: cites {rule}, which is no rule on {store.platform}", "Mend the id")
    for channel in store.pack.channels:
        covered = covered_numbers(material.rules[rule] for rule in channel.rules if rule in material.rules)
        for number in _NUMBER.findall(channel.text):
            if number not in covered:
                text = f"the platform's {channel.name}: the number {number} is in no cited verified rule"
                yield Finding(text, f"Mend rules/platforms/{store.platform}.yml")
