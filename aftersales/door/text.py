"""A reply, spelt one way and cut into sentences and clauses, and which parts of it are not said in earnest.

A warning (请勿相信加微信的链接) and the buyer's own words quoted back (您说的“别再催了”) are not what the shop says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from aftersales.reading.normalise import Normalised, normalise

_SENTENCE_END = re.compile(r"[。!?;\n…~]+")
_CLAUSE_END = re.compile(r"[。!?;\n…~,、:：()（）—]+|\s{1,}")
#: What a buyer said, as an agent introduces it.
_QUOTED = re.compile(
    r"(?:您|你|亲|买家|顾客|客户|用户|客人)(?:刚才?|之前|上面|前面|那边)?(?:说|提到|提|问|反馈|反映|讲|发|写|备注|描述|觉得|担心)(?:到|的|过|里)*[^,。!?;\n]{0,6}?[“\"「『‘'][^”\"」』’'\n]{1,60}[”\"」』’']"
    r"|[“\"「『‘'][^”\"」』’'\n]{1,60}[”\"」』’'](?:这|那)?(?:句|种|样|些)?(?:话|的?问题|的?情况|的?说法|是(?:您|买家))"
)
#: From such a word on, a sentence tells what not to do, or what others do who are not to be trusted. What the shop only
#: cannot do (``soft``) may be the way in to asking for it elsewhere: 这里不方便谈，您加我. There the warning ends with the turn.
_WARNING = re.compile(
    r"请勿|切勿|勿(?!躁)|谨防|警惕|当心|小心|提防|拒绝|千万(?:别|不要)|"
    r"不要(?:相信|轻信|理会|点击|添加|加|扫|转|告诉|提供|透露|私下|随意|给|去|在)|"
    r"别(?:相信|信|理|点击|添加|加|扫|转|告诉|提供|透露|私下|给|去)|骗子|诈骗|冒充|假冒|自称|有人(?:打电话|打来|发短信|发消息|私信|私聊)?(?:让|叫|要|以|说|用|加|问)|陌生人|"
    r"凡是|任何(?:让|要求|索要|以|人|形式|说|叫|加)|"
    r"(?:我们|店铺|客服|官方|平台|小店|本店|商家|店里|这边|咱们?|人员|我)(?:都)?(?:绝|从|也|是)?(?:不会|不可能|从不|决不|不敢)|"
    r"(?P<soft>防止|避免|"
    r"(?:我们|店铺|客服|官方|平台|小店|本店|商家|店里|这边|咱们?|人员|我)(?:都)?(?:绝|从|也|是)?(?:不能|没法|不方便|不可以|不支持|无法)|"
    r"(?<!不是)(?:不能|不可以|不允许|不支持|禁止|不得|严禁|没法|不方便|无法|不建议)"
    r"(?:私|加|留|发|给|走|用|通过|在|透露|提供|线下|站外|引导|转|收|添加|离开|脱离|向|跟|和|以|互))"
)
#: Where the shop, having said what it cannot do, says what shall be done instead.
_TURN = re.compile(
    r"[,，](?=但|不过|可是|所以|要不|那就|咱|我(?!们)|我们(?!也|都|不|绝)|您(?!的|如|要是)|你(?!的|如|要是)|必须|只能|建议|麻烦|换个?)"
)


@dataclass(frozen=True)
class Span:
    """Half open positions in the normalised text."""

    start: int
    end: int


@dataclass(frozen=True)
class Reply:
    """A reply ready to be read. Positions are of ``text``; ``folded`` maps them back to what was typed."""

    folded: Normalised
    sentences: tuple[Span, ...]
    quoted: tuple[Span, ...]
    warnings: tuple[Span, ...]

    @property
    def text(self) -> str:
        """The normalised text."""
        return self.folded.text

    def clause_at(self, position: int) -> Span:
        """The clause that ``position`` lies in, by commas, spaces and ends of sentences."""
        start, end = 0, len(self.text)
        for mark in _CLAUSE_END.finditer(self.text):
            if mark.end() <= position:
                start = mark.end()
            elif mark.start() >= position:
                end = mark.start()
                break
        return Span(start, end)

    def is_quoted(self, start: int, end: int) -> bool:
        """Whether the words are the buyer's own, quoted back."""
        return any(one.start <= start and end <= one.end for one in self.quoted)

    def is_warned_of(self, start: int, end: int) -> bool:
        """Whether the words stand behind a warning in the same sentence."""
        return any(one.start <= start < one.end for one in self.warnings)


def read_reply(text: str) -> Reply:
    """Cut ``text`` up. Never raises; an empty text has one empty sentence."""
    folded = normalise(text)
    said = folded.text
    sentences = []
    start = 0
    for mark in _SENTENCE_END.finditer(said):
        if mark.start() > start:
            sentences.append(Span(start, mark.end()))
            start = mark.end()
    if start < len(said) or not sentences:
        sentences.append(Span(start, len(said)))
    quoted = tuple(Span(*match.span()) for match in _QUOTED.finditer(said))
    warnings = []
    for sentence in sentences:
        found = _WARNING.search(said, sentence.start, sentence.end)
        if found:
            turn = _TURN.search(said, found.end(), sentence.end) if found["soft"] else None
            warnings.append(Span(found.start(), turn.start() if turn else sentence.end))
            if turn:
                # Behind the turn the shop may warn in earnest again.
                again = _WARNING.search(said, turn.end(), sentence.end)
                if again:
                    warnings.append(Span(again.start(), sentence.end))
    return Reply(folded, tuple(sentences), quoted, tuple(warnings))
