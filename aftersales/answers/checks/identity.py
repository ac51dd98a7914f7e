"""Does the buyer know that an AI speaks?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from aftersales.answers.checks.demands import says
from aftersales.answers.checks.model import Finding, Material, Said

_PERSON = re.compile(
    r"我(?:们)?(?:就)?是(?!.{0,12}(?:智能|AI|机器人))[^，。！？；\n]{0,12}?(?:真人|人工|店长|店主|老板|掌柜|经理|主管|客服|专员|小编)"
    r"|我不是(?:机器人|AI|智能客服|程序)|(?:我是|本人)(?:一个)?(?:大)?活人|真人客服(?:在|为您服务)|我(?:也)?是人(?:啊|呀|哦|$)"
)


def find_identity(said: Said, material: Material) -> Iterator[Finding]:
    """A greeting or a handoff that does not say who speaks, and words by which the bot would be a person."""
    for demand in material.duties.demands:
        if "ai" in demand.needs and demand.meets(said.variation.name) and not says(said.text, material.duties.ai):
            yield Finding(f"does not say that an AI speaks ({demand.why})", "Let it say 智能客服")
    for match in _PERSON.finditer(said.text):
        yield Finding(f"{match[0]!r} makes the bot a person", "Say 我是智能客服")
