"""Several wants in one message (退款多久到账？还有发票怎么开), told apart so that each is answered, in order.

A message is cut at marks, numbers and words such as 还有 and 另外; where a clause has none of these, it is cut where a
second question could begin, and two nouns that share their question (退款和发票怎么弄) each get it whole. Every piece is
read by itself, or in the light of the want before it (那运费呢). It counts as a want of its own only when it is read with
confidence as a question the bot answers; a piece that only tells, greets or hesitates goes along with its neighbour.
Where that leaves fewer than two different wants, the message is answered as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from aftersales.decisions.cases import CASES
from aftersales.escalation import SMALL_TALK
from aftersales.reading.ellipsis import FAMILIES, asked_thing, resolve
from aftersales.reading.model import Reading

#: The want that stands for everything a person has to see to.
PERSON = "handoff"
#: Below this a piece is too short to be told apart from a hesitation.
SHORTEST = 3
#: A piece must be read at least this surely to stand by itself; measured on the odd lines of tests/reading/wants.tsv.
SURE = 0.5
#: Goods are asked about in passing, and much that is no question resembles such questions.
SURE_OF_GOODS = 0.6
#: From here on a short piece says by itself what it is about.
CLEAR = 0.95
MOST = 3
#: Pieces that are read at most: each costs milliseconds, and a whole story is no list of questions.
MOST_READ = 24

_CUT = re.compile(
    r"[。！？!?；;，,\n~～]+|(?=还有(?!货|没|吗|多|几|一|优惠|活动|券|库存|现货|别的|其他))|(?=另外(?!一|那|的))|(?=顺便(?!一提))|(?=对了)|"
    r"(?=再(?:帮|问|看|查|说|告诉|麻烦|一个我))|(?<!以)(?=然后)|(?=[①-⑨])|(?<![\d.])(?=[1-9][.、)）](?!\d))|(?=第[二三四](?![个件次天单盒双款遍条]))"
)
_LINK = re.compile(
    r"^[\s、:：]*(?:(?:[①-⑨]|[1-9][.、)）]|第[一二三四](?![个件次天单盒双款遍条]))[\s,，、]*)?"
    r"(?:(?:还有|另外|顺便|对了|然后|再(?!送)|也|以及|同时|并且|[两三几]个问题|一个)(?:就是|再)?(?:想?问一?[下哈句]?|想知道|说下)?)*"
)
#: A want asks or demands; 东西不想要了 and 我是用工行卡付的 only tell why or how.
_ASKS = re.compile(
    r"怎么|咋|吗|嘛|么(?!着)|多久|好久|多长|什么|啥|哪|那了|几[天点号时个家]|多少|如何|能不能|可不可以|可以|能[^用]|是不是|是否|有没有|谁|[呢不没吧]$|"
    r"没有$|行不|给不|开(?:个|一?下|张)|查(?:一?下|询)|[^一]一下|改下|催|告诉|发[我一]|帮我|给我|[?？]|"
    r"^(?:我|你|您|请|麻烦|先)*们?(?:要|想|帮|申请|需要)|也要|赶?尽快|补一|重开|合并|到(?:账)?了?没|[想要][换改退开]|一直在|迟迟|忘了|登不上|[付用]不了|打不开"
)
#: A fault told along with a question of the same matter is a want only when it is asked about.
_ASKS_WHY = re.compile(r"怎么[回办处解]|咋[回办整]|吗|为什么|为啥|什么情况|[?？]")
#: Said under a condition or as the other half of a choice, it belongs to the question it goes with.
_HANGS = re.compile(r"^(?:还是|要是|如果|假如|万一|要不然)|的话$|^(?:我|也|并|这|又|倒)*(?:不是|不用|先不)|^我?(?:说|打|发|看|讲|问)错了")
#: Where a second question could begin in a clause without marks.
_UNMARKED = re.compile(
    r"(?<=[吗呢嘛呀啊哦吧])|(?<=[^怎什那这多要]么)|(?<=[\u4e00-\u9fff])\s+|"
    r"(?=怎么|如何|啥时候|什么时候|几时|几[天号点]|多久|能不能|可不可以|有没有|有货|今天|运费|发票|快递|我要|以及)|(?<=[了要到])(?=能|可以|有)"
)
#: Without a mark between them, both sides must ask in so many words.
_ASKS_OUTRIGHT = re.compile(
    r"怎么|咋|吗|嘛|多久|好久|什么|啥|哪|几[天点号时]|多少|如何|能不能|可不可以|有没有|谁|[呢没不吧]$|帮我|[查问]一?下|查|催|告诉|我要|改"
)
_PARTICLES = "吗呢嘛呀啊哦吧了的么 \t"
# 退款和发票, 退货地址跟退款时间: two matters that share what is asked about them.
_MATTER = (
    r"(?:开)?(?:退款|退货|退换货|换货|物流|快递|发票|开票|保修|维修|价保|差价|运费险?|发货|优惠券|积分|赠品|收货地址|退货地址|改地址)"
    r"(?:时间|进度|流程|地址|公司|单号|方式|金额|期限?|承担方|政策|规则)?"
)
_SHARED = re.compile(rf"^(?P<lead>.*?)(?P<one>{_MATTER})(?:和|跟|与|以及|还有|、)(?P<other>{_MATTER})(?:都|的事情?|这两个)*(?P<rest>.*)$")
#: Two matters that are compared or meant as one (退货和退款是一个流程吗).
_COMPARED = re.compile(r"区别|不同|一样|一个|一起|同时|哪个|还是|冲突|关系|先.*后")
#: Read like wants, but say nothing that an answer by itself would fit.
_NO_WANT = SMALL_TALK | {"other", "complaint"}
_OF_GOODS = frozenset({"usage_help", "presale_product", "not_as_described", "account_issue"})
#: 小夜灯不亮了，得先充满电吗 is one question about goods.
_TOLD_ABOUT_GOODS = frozenset({"quality_problem", "damaged_parcel", "not_as_described", "wrong_item"})
_OUTRIGHT = frozenset({"human_request", "complaint", "compensation_request", "dispute_escalation", "fake_suspect"})
#: Matters of an order that has not arrived.
_EARLY = frozenset({"order", "payment", "account"})
#: 赔的钱在哪里看 asks about money that was promised; it claims none.
_LOOKS_UP = re.compile(r"哪|多久|什么时候|啥时候|到账")
#: What must not wait behind an answer about something else.
_AT_ONCE = frozenset({"safety", "privacy"})


@dataclass(frozen=True)
class Want:
    """A part of a message with the intent it is answered as; the parts that only tell go along with a neighbour."""

    text: str
    intent: str


@dataclass(frozen=True)
class _Piece:
    """A stretch of the message (``start`` to ``end``) and the words in it that are read."""

    start: int
    end: int
    said: str
    #: Begun by 还有, 另外 or a number: what follows is said to be another matter.
    linked: bool = False


# --- cutting ------------------------------------------------------------------------------------------------


def pieces_of(text: str) -> list[str]:
    """Everything that :func:`wants_of` needs a reading of; empty when the message cannot be divided."""
    said = [piece.said for piece in _clauses(text)]
    alternatives = [part.said for piece in _clauses(text) for pair in _pairs(piece, text) for part in pair]
    return list(dict.fromkeys([*said, *alternatives]))[:MOST_READ] if len(said) > 1 or alternatives else []


def _clauses(text: str) -> list[_Piece]:
    """The pieces between marks and link words that are long enough to mean something."""
    bounds = [0]
    for cut in _CUT.finditer(text):
        # Two nouns joined by 还有 share one question; it is given to each of them later.
        shared = cut.start() == cut.end() and text.startswith("还有", cut.start()) and _joins_nouns(text, cut.start())
        if not shared:
            bounds.extend((cut.start(), cut.end()) if cut.end() > cut.start() else (cut.start(),))
    bounds.append(len(text))
    pieces = [_piece(text, start, end) for start, end in zip(bounds, bounds[1:]) if end > start]
    return [piece for piece in pieces if len(piece.said) >= SHORTEST and not _CUT.fullmatch(piece.said)]


def _joins_nouns(text: str, at: int) -> bool:
    return bool(re.search(rf"(?:^|[，,。？?！!\s]){_MATTER}$", text[:at]) and re.match(rf"还有{_MATTER}", text[at:]))


def _piece(text: str, start: int, end: int) -> _Piece:
    written = text[start:end].strip()
    said = _LINK.sub("", written).strip()
    return _Piece(start, end, said, len(said) < len(written))


def _pairs(piece: _Piece, text: str) -> Iterator[tuple[_Piece, _Piece]]:
    """The ways to divide a clause that has no mark in it."""
    shared = _SHARED.match(piece.said)
    if shared and not _COMPARED.search(shared["rest"]):
        lead, rest = shared["lead"], shared["rest"]
        middle = text.find(shared["other"], piece.start)
        halves = (
            _Piece(piece.start, middle, f"{lead}{shared['one']}{rest}"),
            _Piece(middle, piece.end, f"{lead}{shared['other']}{rest}"),
        )
        if _ask_outright(halves):
            yield halves
    for cut in _UNMARKED.finditer(text, piece.start + 1, piece.end):
        left, right = _piece(text, piece.start, cut.start()), _piece(text, cut.end(), piece.end)
        long_enough = all(
            len(part.said.strip(_PARTICLES)) >= SHORTEST - 1 and len(part.said) >= SHORTEST for part in (left, right)
        )
        # Asked before anything is read: a reading takes milliseconds, and most messages are one question.
        if long_enough and _ask_outright((left, right)):
            yield left, right


def _ask_outright(pair: tuple[_Piece, _Piece]) -> bool:
    return all(_ASKS_OUTRIGHT.search(part.said) for part in pair)


# --- deciding -----------------------------------------------------------------------------------------------


def wants_of(text: str, readings: Mapping[str, Reading], whole: Reading | None = None, topic: str | None = None) -> list[Want]:
    """The different wants of a message: questions in their order, then a fault that becomes a case, then what needs a
    person (:data:`PERSON`); empty when there are fewer than two.

    ``readings`` has each of :func:`pieces_of`; ``whole`` is the reading of the message, ``topic`` the running one.
    """
    if whole is not None and _at_once(whole):
        return []
    found: list[tuple[_Piece, str]] = []
    for piece in (piece for piece in _clauses(text) if piece.said in readings):
        for part, intent in _read(piece, text, readings, found[-1][1] if found else topic, found):
            found.append((part, intent))
    # What sounds bad by itself may be innocent in its sentence (警报器老叫), so the whole message decides, unless the
    # buyer says that it is another matter.
    calls = [piece for piece, intent in found if intent == PERSON]
    person = any(piece.linked for piece in calls) or (bool(calls) and whole is not None and whole.needs_human)
    if whole is not None and whole.needs_human and not person:
        # The mood is in the questions themselves: nothing can be answered apart from it.
        return []
    questions = [(piece, intent) for piece, intent in found if intent not in CASES and intent != PERSON]
    faults = [] if person else _faults(found)
    if person:
        questions = [one for one in questions if readings[one[0].said].emotion == "calm" and one[1] not in _OF_GOODS]
    elif _TOLD_ABOUT_GOODS & set(faults):
        questions = [(piece, intent) for piece, intent in questions if piece.linked or intent not in _OF_GOODS]
    # One case collects what a person needs for all faults; the message as a whole describes it best, and says best why
    # a person is needed, unless only a part of it does.
    last = [Want(text, faults[0])] if faults else []
    if person:
        last = [Want(text if whole is not None and whole.needs_human else calls[0].said, PERSON)]
    wants = [*_with_neighbours(text, questions, [piece for piece, _ in found])[: MOST - len(last)], *last]
    return wants if len(wants) >= 2 else []


def _at_once(whole: Reading) -> bool:
    return bool(_AT_ONCE & {*whole.risk, *(item.kind for item in whole.evidence)})


def _read(
    piece: _Piece, text: str, readings: Mapping[str, Reading], topic: str | None, found: list[tuple[_Piece, str]]
) -> list[tuple[_Piece, str]]:
    """The wants of one clause: two where it divides into two different sure ones, else one or none."""
    best: tuple[float, list[tuple[_Piece, str]]] = (0.0, [])
    for pair in _pairs(piece, text):
        if not all(part.said in readings for part in pair):
            continue
        left = _want(pair[0], readings, topic)
        right = _want(pair[1], readings, left or topic)
        if left and right and left != right and _may_part(pair, left, right):
            sure = min(readings[part.said].confidence for part in pair)
            best = max(best, (sure, [(pair[0], left), (pair[1], right)]), key=lambda one: one[0])
    if best[1]:
        return best[1]
    intent = _want(piece, readings, topic)
    return [(piece, intent)] if intent else []


def _may_part(pair: tuple[_Piece, _Piece], left: str, right: str) -> bool:
    """Whether two different wants may be parted where no mark does it."""
    if {left, right} & ({PERSON} | CASES.keys()):
        return False
    return right not in _OF_GOODS or pair[0].said[-1] in _PARTICLES


def _want(piece: _Piece, readings: Mapping[str, Reading], topic: str | None) -> str | None:
    """What a piece wants, or None when it only tells, greets or hesitates."""
    reading = readings[piece.said]
    if reading.needs_human:
        # Mood needs the whole message; what is said outright does not.
        return PERSON if reading.intent in _OUTRIGHT and not _LOOKS_UP.search(piece.said) else None
    # 什么时候到 after 什么时候发 is the other question of the same matter; after 退款 it is the money that comes.
    complete = reading.confidence >= CLEAR and FAMILIES.get(reading.intent) == FAMILIES.get(topic or "")
    meant = resolve(piece.said, topic, reading) if not complete and asked_thing(piece.said) else None
    if meant is not None:
        return meant if meant in FAMILIES else None
    least = SURE_OF_GOODS if reading.intent in _OF_GOODS else SURE
    if reading.confidence < least or reading.intent in _NO_WANT or _HANGS.search(piece.said):
        return None
    return reading.intent if reading.intent in CASES or _ASKS.search(piece.said) else None


def _faults(found: list[tuple[_Piece, str]]) -> list[str]:
    """The faults that are wants: one that only tells why a question of the same matter is asked is none."""
    asked = {FAMILIES.get(intent) for _, intent in found if intent not in CASES}
    faults: list[str] = []
    for number, (piece, intent) in enumerate(found):
        before = {FAMILIES.get(earlier) for _, earlier in found[:number]}
        # 我想退掉大衣，布料太厚了
        reason = intent == "not_as_described" and before & {"refund", "return", "exchange"}
        # 颜色拍错了，能改地址吗: nothing has arrived that could be at fault.
        early = intent in _TOLD_ABOUT_GOODS and bool(asked) and asked <= _EARLY and not any(one.linked for one, _ in found)
        told = reason or early or FAMILIES.get(intent) in asked
        if intent in CASES and (_ASKS_WHY.search(piece.said) or not told):
            faults.append(intent)
    return faults


def _with_neighbours(text: str, questions: list[tuple[_Piece, str]], taken: list[_Piece]) -> list[Want]:
    """The questions, each intent once, with what was told before them: it may name the order or the goods."""
    wants: dict[str, Want] = {}
    starts = sorted(piece.start for piece in taken)
    for piece, intent in questions:
        before = [other.end for other in taken if other.end <= piece.start]
        start = max(before) if before else 0
        end = len(text) if piece.start == starts[-1] else piece.end
        wants.setdefault(intent, Want(_trimmed(text[start:end]), intent))
    return list(wants.values())


def _trimmed(text: str) -> str:
    return _LINK.sub("", text.strip(" \t\n，,。；;、？?！!")).strip() or text
