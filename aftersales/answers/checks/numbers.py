"""Does somebody stand behind each number, time limit and percentage that a wording holds itself?

A value of the store is a placeholder. What is written out must stand, with its unit, in the statement of a cited rule
that is verified.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from aftersales.answers.checks.model import Finding, Material
from aftersales.answers.render import PLACEHOLDER, Variation
from aftersales.rules import Rule

#: Emergency numbers are nobody's promise and no platform's rule; a buyer in danger must read them.
EMERGENCY = frozenset({"110", "119", "120"})

_STEP = re.compile(r"^\d\. ", re.MULTILINE)
_UNIT = r"(?:个?(?:工作日|自然日|小时|钟头|分钟|天|日|周|星期|月|季度|年)|元|块钱|块|%|％|倍|折|成|h)"
_NUMBER = re.compile(rf"(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>{_UNIT})?")
_SPELT = re.compile(
    r"(?:百分之[零一二三四五六七八九十百]+|[一二两三四五六七八九十百半]+个?半?"
    r"(?:天|日|小时|钟头|工作日|自然日|分钟|刻钟|星期|周|个月|年|元|块钱|倍|折|成))(?!无理由|左右为难)"
)
_MOMENT = re.compile(
    r"(?:当|次|隔|今|明|后|即)[天日]|当晚|今晚|明晚|明早|隔夜|本周|这周|下周|周末|月底|年底|半天|全天内"
)
_SENTENCE = re.compile(r"[^。！？；\n]+")
#: Units of the same length: a rule may say 日 and an answer 天.
_SAME = {"日": "天", "自然日": "天", "钟头": "小时", "h": "小时", "％": "%", "块": "元", "块钱": "元", "星期": "周"}


def find_numbers(variation: Variation, material: Material) -> Iterator[Finding]:
    """Numbers, in digits or in words, and words for a time, that nobody stands behind."""
    # A value leaves its place: 签收后{…}天 is no 后天.
    bare = _STEP.sub("", PLACEHOLDER.sub("〇", variation.text))
    cited = material.verified(variation)
    fix = "Make it a placeholder of the store's terms, or cite a verified rule that says it"
    for match in _NUMBER.finditer(bare):
        if match["number"] not in EMERGENCY and not any(_says(rule, match["number"], match["unit"]) for rule in cited):
            shown = match[0].strip()
            yield Finding(f"the number {shown} is neither a placeholder nor in a cited verified rule", fix)
    for spelt in _SPELT.findall(bare):
        if not any(spelt in rule.statement for rule in cited):
            yield Finding(f"{spelt!r} is a number in words, neither a placeholder nor in a cited verified rule", fix)
    for sentence in _SENTENCE.findall(variation.text):
        keys = {match[1] for match in PLACEHOLDER.finditer(sentence)}
        for moment in _MOMENT.findall(PLACEHOLDER.sub("〇", sentence)):
            known = keys & set(material.duties.moments.get(moment, ()))
            if not known and not any(moment in rule.statement for rule in cited):
                yield Finding(f"{moment!r} is a time that neither a placeholder nor a cited verified rule says", fix)


def _says(rule: Rule, number: str, unit: str | None) -> bool:
    """Whether ``rule`` states ``number`` in ``unit``; its params count where the statement spells the number out."""
    stated = [(match["number"], _length(match["unit"])) for match in _NUMBER.finditer(rule.statement)]
    if unit is None:
        return any(number == one for one, _ in stated)
    if any(length for _, length in stated):
        return (number, _length(unit)) in stated
    return number in _NUMBER_ONLY.findall(str(dict(rule.params)))


_NUMBER_ONLY = re.compile(r"\d+(?:\.\d+)?")


def _length(unit: str | None) -> str:
    bare = (unit or "").removeprefix("个")
    return _SAME.get(bare, bare)


def covered_numbers(rules: Iterable[Rule]) -> frozenset[str]:
    """The numbers that the statements and params of the verified ones among ``rules`` hold."""
    numbers: set[str] = set()
    for rule in rules:
        if rule.verified:
            numbers.update(_NUMBER_ONLY.findall(rule.statement))
            numbers.update(_NUMBER_ONLY.findall(str(dict(rule.params))))
    return frozenset(numbers)
