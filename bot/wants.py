"""Several wants in one message (退款多久到账？还有发票怎么开), told apart so that each is answered, in order.

A message is cut at marks and at words such as 还有 and 另外, and each piece is read by itself. It counts as a want of its
own only when it is read with confidence as a question the bot answers; a piece that only tells, greets or hesitates
stays with its neighbour. Where that leaves fewer than two different wants, the message is answered as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from aftersales.decisions.cases import CASES
from aftersales.escalation import SMALL_TALK

_CUT = re.compile(r"[。！？!?；;，,\n~～]+|(?=还有(?!货|没|吗|多|几|一|优惠|活动|券|库存|现货))|(?=另外(?!一|那|的))|(?=顺便)|(?=对了)")
_LINK = re.compile(r"^(?:还有|另外|顺便|对了|然后|再|也)(?:就是|问下|问一下|想问|说下|一下)?")
#: A want asks or demands; 东西不想要了 and 我是用工行卡付的 only tell why or how.
_ASKS = re.compile(
    r"怎么|咋|吗|么(?!着)|多久|什么|啥|哪|几[天号点时个]|多少|如何|能不能|可不可以|可以|能[^用]|是不是|有没有|谁|呢$|开(?:个|一?下|张)|查(?:一?下|询)|\?|"
    r"^(?:我|你|您|请|麻烦)?们?(?:要|想|帮|给我|申请|需要)"
)
#: Below this a piece is too short to be told apart from a hesitation.
SHORTEST = 4
#: A piece must be read at least this surely to stand by itself.
SURE = 0.5
MOST = 3
#: Read like wants, but say nothing that an answer by itself would fit.
_NO_WANT = SMALL_TALK | {"other", "nlu_fallback", "handoff", "complaint", "usage_help", "presale_product"}


@dataclass(frozen=True)
class Want:
    """One piece of a message and the intent it was read as."""

    text: str
    intent: str


def pieces_of(text: str) -> list[str]:
    """The pieces of a message that are long enough to mean something, in order; one piece is no division."""
    pieces = [_LINK.sub("", piece.strip()) for piece in _CUT.split(text) if piece and piece.strip()]
    return list(dict.fromkeys(piece for piece in pieces if len(piece) >= SHORTEST)) if len(pieces) > 1 else []


def wants_of(text: str, readings: Mapping[str, tuple[str, float]]) -> list[Want]:
    """The different wants of a message, a fault that becomes a case last; empty when there are fewer than two.

    ``readings`` has intent and confidence (0..1) of each of :func:`pieces_of`, in their order.
    """
    wants: dict[str, Want] = {}
    for piece, (intent, confidence) in readings.items():
        if confidence >= SURE and intent not in _NO_WANT and (intent in CASES or _ASKS.search(piece)):
            wants.setdefault(intent, Want(piece, intent))
    faults = [want for want in wants.values() if want.intent in CASES]
    questions = [want for want in wants.values() if want.intent not in CASES]
    # One case collects what a person needs for all faults; the message as a whole describes it best.
    case = [Want(text, faults[0].intent)] if faults else []
    found = questions[: MOST - len(case)] + case
    return found if len(found) >= 2 else []
