"""Does an answer decide about money? That is a person's matter (CMP-03, HUM-08); what an order records may be told."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aftersales.answers.checks.model import Finding, Material, Said

_AMOUNT = r"(?:\d+(?:\.\d+)?|[一二两三四五六七八九十百]+)\s*(?:元|块钱|块|%|倍|折|成)"
_GIVE = r"(?:赔偿|赔付|赔|补偿|补贴|补|退还|退款|退|返还|返现|返|送|减免|减|打给|转给|发|优惠)"
_YOU = r"(?:给|向|为)?(?:您|你|亲)?"
_GRANTS = re.compile(
    rf"{_GIVE}{_YOU}[^，。！？；〔\n]{{0,4}}{_AMOUNT}"
    rf"|(?:给|为|帮)(?:您|你|亲)[^，。！？；〔\n]{{0,4}}{_GIVE}[^，。！？；〔\n]{{0,4}}{_AMOUNT}"
    rf"|(?:同意|批准|答应)(?:了)?(?:给|为)?(?:您|你|亲)?(?:的)?(?:全额|这笔)?(?:退款|赔|补偿|补差)"
    rf"|(?:保证|一定|肯定|必须|承诺)(?:能|会|给|可以|为)*(?:您|你|亲)?(?:全额)?(?:退款|退钱|退给|赔|补偿|补差|补给)"
    rf"|(?:全额|全款|双倍|三倍|十倍)(?:退|赔|补)|(?:现在|马上|这就|直接)(?:给|为)(?:您|你|亲)(?:退款|退钱|赔|补偿|打款)"
)
_REFUSED = re.compile(r"(?:不能|没法|无法|不会|不敢|不好|没有)[^，。！？；\n]{0,8}$")
_SENTENCE = re.compile(r"[^。！？；\n]+")
#: Terms that tell what carriage costs, or which amount makes it free.
_TERMS = re.compile(r"包邮|运费参加|满减")


def find_money(said: Said, material: Material) -> Iterator[Finding]:
    """Words that grant money which no order records."""
    if said.speaker == "agent":
        # A person may decide; the door warns of amounts (promise_beyond).
        return
    for sentence in _SENTENCE.findall(said.text):
        # What stands in 〔…〕 comes from the order or the case: there the sentence reports.
        if "〔" in sentence or _TERMS.search(sentence):
            continue
        for match in _GRANTS.finditer(sentence):
            if not _REFUSED.search(sentence[: match.start()]):
                fix = "Let a person confirm it: 由人工核实后和您确认"
                yield Finding(f"{match[0]!r} decides about money (CMP-03, HUM-08)", fix)
