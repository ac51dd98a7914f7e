"""Reading promises: what a reply commits the store to, how much and by when, and whether the store's terms cover it.

What can be promised stands in :mod:`aftersales.door.matters`. A hedge (预计, 一般), a condition (审核通过后), a negation (不能
保证), a question, or a report of what has happened already (已发货) is no promise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from aftersales.door import quantities
from aftersales.door.cues import Index
from aftersales.door.matters import MATTERS, SURE, Matter, Said
from aftersales.door.model import Promise, Talk
from aftersales.door.quantities import Quantity
from aftersales.door.text import Reply, Span
from aftersales.stores.model import Store

_HEDGE = re.compile(
    r"预计|大概|大约|一般|通常|左右|估计|可能|也许|应该|尽量|争取|尽快|正常|为准|有望|预估|多半|差不多|基本|会尽|"
    r"参考|看(?:物流|快递|情况)|视(?:情况|距离)|不出意外|顺利的话|若|如无|以.{0,12}为准|不等|大多|多数|常规|平均|显示|系统提示|物流信息|页面"
)
_CONDITION = re.compile(
    r"(?:如果|如|若|要是|假如|万一|只要|一旦|倘若|经|由)[^,。!?]{0,24}(?:的话|则|就|后|再|,|，)|(?:审核|核实|核对|确认|检测|检查|验货|质检|判定|鉴定|通过|同意|符合|属实|收到退货|收到寄回|仓库收到|签收退货|到仓|入库|退回来|寄回来|退货)[^,。!?]{0,6}(?:后|之后|的话|以后|无误|了再|完成|再|为准|,)|"
    r"(?:质量问题|发错|错发|漏发|破损|瑕疵|少发|符合条件)的(?:话)?"
)
_DENIED = re.compile(
    r"(?:不能|无法|没法|不敢|不便|不好|没办法|不可能|难以|不会|并不|不是|没有|不|未|没|别|勿|无权|不方便|给不了|说不准|说不好|不一定)(?:向|给|跟|对|和)?(?:您|你|亲)?(?:直接|随意|随便|完全|百分百|百分之百|私自|单独|口头|轻易|马上|立刻)*(?:保证|承诺|答应|确定|确保|肯定|打包票|支持|提供|享受|参与|做|有|赠|补|赔|返|退|包|出|承担|到(?!\d)|发|得|说)|不一定|说不准|(?:说早|不准确|说错|搞错|误会|是哪位)|没有?(?:价保|保价|运费险)|保证不了|答应不了|拍不了胸脯|打不了包票"
)
_QUESTION = re.compile(r"[?]|吗(?=$|[,。~!])|是不是|能不能|可不可以|有没有|要不要|什么时候|几号|哪天|多久")
_DONE = re.compile(r"已经?(?!.{0,4}(?:安排|答应|承诺|同意))|(?:发|退|到|寄|打|赔|补)(?:出去)?过?了|刚(?:刚)?|之前|上次|昨天|前天|曾")
#: Whatever is said of these has its own terms, which the store does not set.
_FOREIGN = re.compile(r"运费险|保险公司|理赔|银行|支付宝到账规则|平台(?:规则|会|按|审核|客服|介入|规定)|小二|法律|规定|规则|快递(?:公司|员)?(?:说|回复|反馈|那边)|冒充|假冒|骗子|诈骗|自称|陌生")


_INDEX = Index((place, matter.expression.pattern) for place, matter in enumerate(MATTERS))


def read_promises(reply: Reply, store: Store, talk: Talk) -> tuple[Promise, ...]:
    """Every promise of the reply; ``within`` says whether the store's terms cover it."""
    found: list[Promise] = []
    for sentence in reply.sentences:
        for promise in _of_sentence(reply, sentence, store, talk):
            if not any(one.matter == promise.matter and one.start < promise.end and promise.start < one.end for one in found):
                found.append(promise)
    return tuple(found)


def _of_sentence(reply: Reply, sentence: Span, store: Store, talk: Talk) -> Iterator[Promise]:
    text = reply.text[sentence.start : sentence.end]
    if not text:
        return
    clauses = list(_clauses(text))
    for place in sorted(_INDEX.candidates(text)):
        matter = MATTERS[place]
        for clause_start, clause in clauses:
            for match in matter.expression.finditer(clause):
                found = _promise(matter, match, clause, text, store, talk)
                if found is None:
                    continue
                start = sentence.start + clause_start + found.start
                end = sentence.start + clause_start + found.end
                if reply.is_quoted(start, end):
                    continue
                yield replace(found, start=start, end=end, span=reply.folded.quote(start, end))
                break


def _clauses(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for mark in re.finditer(r"[,，。!?;\n…~]+|$", text):
        if mark.start() > start:
            yield start, text[start : mark.start()]
        start = mark.end()


def _promise(
    matter: Matter, match: re.Match[str], clause: str, sentence: str, store: Store, talk: Talk
) -> Promise | None:
    """The promise at ``match``, its positions within the clause; nothing when the words commit to nothing."""
    sure = SURE.search(clause) is not None
    amount: Quantity | None = None
    if matter.wants:
        amount = _nearest(matter, clause, match.span())
        if amount is None:
            return None
    if _QUESTION.search(clause) or _DENIED.search(clause) or _FOREIGN.search(sentence):
        return None
    if matter.hedged and not sure and _HEDGE.search(sentence):
        return None
    if matter.conditional and _CONDITION.search(sentence) and not (sure and matter.name == "arrive"):
        return None
    if _DONE.search(clause) and not sure:
        return None
    within = matter.judge(Said(store, amount, clause, sentence, match, talk))
    if within is None:
        return None
    start = min(match.start(), amount.start) if amount else match.start()
    end = max(match.end(), amount.end) if amount else match.end()
    return Promise(matter.name, "", start, end, amount.value if amount else None, amount.unit if amount else "", within)


def _nearest(matter: Matter, clause: str, place: tuple[int, int]) -> Quantity | None:
    """The quantity of the clause next to ``place``, when there is one."""
    found: Sequence[Quantity]
    if matter.wants == "money":
        found = list(quantities.money(clause))
    else:
        found = list(quantities.times(clause))
        if matter.wants == "days":
            found = [one for one in found if one.value >= 24 and clause[one.start : one.end] not in quantities.MOMENTS]
    if matter.before:
        # 明天到: the time comes first; 签收15天内 counts from an arrival and promises none.
        found = [one for one in found if one.start < place[1] and one.end <= place[0] + matter.overlap]
    return min(found, key=lambda one: max(one.start - place[1], place[0] - one.end, 0), default=None)
