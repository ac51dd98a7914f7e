"""The rule catalogue: what the law and the platforms say, each with its source, date and how far it is trusted.

Rules live in ``rules/catalogue/<topic>.yml``. Only a rule whose own text was read (``verified``) may be told to a buyer as
a rule; everything else is knowledge for people, or the store's own promise. What enforces a rule is not written here:
``aftersales/coverage.py`` finds it.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from aftersales.errors import ConfigurationError
from aftersales.stores import strict

Status = Literal["verified", "reported", "weak-source", "seed-only", "derived", "general-knowledge-unverified"]
Kind = Literal["fact", "must", "must-not", "process", "principle", "scenario", "script"]
Automation = Literal["auto-ok", "explain-then-human-or-standard-process", "human-only", "internal-only", "rejected"]
Volatility = Literal["high", "medium", "low"]
Scope = Literal["law", "std", "all", "jd", "tmall_taobao", "pdd", "douyin"]
Params = Mapping[str, Any]

RULE_ID = re.compile(r"[A-Z]{3}-\d{2}")
ADVICE_ID = re.compile(r"NOAUTO-\d{2}")
#: How many days after it was checked a rule is to be looked at again: platforms change theirs within weeks.
REVIEW_DAYS: Mapping[str, int] = MappingProxyType({"high": 31, "medium": 92, "low": 366})
#: A store's platform → the catalogue's name for it. An own shop has no platform rules.
_SCOPES = {"jd": "jd", "tmall": "tmall_taobao", "pdd": "pdd", "douyin": "douyin"}


@dataclass(frozen=True)
class Rule:
    """One rule. ``effective``: in force from; ``checked``: date of the text that was read; ``topic``: its file.

    ``rejected``: the piece of rejected advice (``rules/rejected.yml``) that refuses what the rule describes;
    ``knowledge``: for a rule that nothing enforces, why.
    """

    id: str
    topic: str
    platform: Scope
    kind: Kind
    statement: str
    status: Status
    automation: Automation
    volatility: Volatility
    source: tuple[str, ...] = ()
    effective: datetime.date | None = None
    checked: datetime.date | None = None
    params: Params = field(default_factory=dict)
    rejected: str = ""
    knowledge: str = ""

    @property
    def due(self) -> datetime.date | None:
        """The day from which the rule is to be looked at again, or ``None`` when it never was."""
        if self.checked is None:
            return None
        return self.checked + datetime.timedelta(days=REVIEW_DAYS[self.volatility])

    @property
    def verified(self) -> bool:
        """Whether the rule's own text was read, so that its numbers may be stated."""
        return self.status == "verified"

    def holds_on(self, platform: str) -> bool:
        """Whether the rule holds for a store on ``platform`` (a store file's word: jd, tmall, …, own)."""
        return self.platform in ("law", "std", "all") or self.platform == _SCOPES.get(platform)


def load_catalogue(directory: Path) -> Mapping[str, Rule]:
    """Every rule under ``directory`` by id. Raises :class:`ConfigurationError` for a bad or repeated rule."""
    rules: dict[str, Rule] = {}
    for path in sorted(directory.glob("*.yml")):
        where = strict.shown(path)
        for index, raw in enumerate(strict.read_list(path, where, "rules")):
            rule = strict.build(
                Rule, raw, where, f"rules[{index}]", given={"topic": path.stem}, readers={Params: _params}
            )
            if not RULE_ID.fullmatch(rule.id):
                raise ConfigurationError(
                    where, f"rules[{index}].id", f"{rule.id!r} is no rule id", "Write it as RET-01"
                )
            if rule.id in rules:
                other = rules[rule.id].topic
                raise ConfigurationError(where, f"rules[{index}].id", f"{rule.id} is also in {other}.yml", "Keep one")
            if rule.verified and not rule.source:
                raise ConfigurationError(where, f"{rule.id}.source", "is empty for a verified rule", "Name the source")
            if rule.rejected:
                _check_rejected(where, rule)
            rules[rule.id] = rule
    if not rules:
        raise ConfigurationError(strict.shown(directory, 2), "(folder)", "holds no rules", "Add <topic>.yml files")
    return MappingProxyType(rules)


def _check_rejected(where: str, rule: Rule) -> None:
    if not ADVICE_ID.fullmatch(rule.rejected):
        problem = f"{rule.rejected!r} is no id of rejected advice"
        raise ConfigurationError(where, f"{rule.id}.rejected", problem, "Write it as NOAUTO-01")
    if rule.automation != "rejected":
        problem = f"stands with automation {rule.automation}"
        raise ConfigurationError(where, f"{rule.id}.rejected", problem, "Remove it, or write `automation: rejected`")


def _params(where: str, name: str, raw: object) -> Params:
    return MappingProxyType(strict.as_mapping(raw, where, name))
