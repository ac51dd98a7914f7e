"""One spelling for matching: full width, traditional, decorated and repeated characters are folded together.

Every normalised character remembers which part of the message it came from, so that evidence quotes the
buyer's own words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from opencc import OpenCC

from aftersales.reading.shape import EMOJI_NAMES, EMOJI_SIGNS, LETTERS, SIGN, joined_parts

_DROPPED_CATEGORIES = frozenset({"Cf", "Cc", "Mn", "Me", "Co", "Cn", "Cs", "So"})
_CONVERTER = OpenCC("t2s")
# Masks of corpora and of our own storage; each becomes the class token of what it hides.
_MASK = re.compile(
    r"[\[【［](数字|订单号|订单编号|单号|运单号|电话|手机号|金额|地址|姓名|组织机构|日期|时间|邮箱|链接|站点)[a-z]?\d*[\]】］]",
    re.IGNORECASE,
)
_MASK_TOKENS = {
    "数字": "NUM",
    "订单号": "ORDER",
    "订单编号": "ORDER",
    "单号": "ORDER",
    "运单号": "ORDER",
    "电话": "PHONE",
    "手机号": "PHONE",
    "金额": "AMOUNT",
    "地址": "PLACE",
    "站点": "PLACE",
    "姓名": "NAME",
    "组织机构": "COMPANY",
    "日期": "DAY",
    "时间": "DAY",
    "邮箱": "MAIL",
    "链接": "LINK",
}
# Hotlines and sale days are words, not numbers: hiding them would hide the threat or the question.
_KEPT_NUMBERS = frozenset({"12315", "12345", "12305", "12300", "315", "110", "120", "95016", "618", "1111", "1212"})
_NUMBER = re.compile(
    r"(?P<money>[¥￥$]\s*\d+(?:\.\d+)?|\d+(?:\.\d+)?(?=\s*(?:元|块|圆|rmb)))"
    r"|(?P<link>https?://[^\s\u4e00-\u9fff]+)"
    r"|(?P<phone>(?<![0-9a-z])1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?![0-9a-z]))"
    r"|(?P<order>(?<![0-9a-z])[a-z]{0,4}-?\d{8,24}(?:-\d{3,20})?)"
    r"|(?P<short>\d+(?:\.\d+)?)"
)


@dataclass(frozen=True)
class Normalised:
    """`text[i]` came from `original[starts[i]:ends[i]]`."""

    original: str
    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Where the normalised characters start..end (half open) stood in the message as it was typed."""
        if start >= end or start < 0 or end > len(self.text):
            raise ValueError(f"span {start}..{end} is empty or outside the text of {len(self.text)} characters")
        return self.starts[start], self.ends[end - 1]

    def quote(self, start: int, end: int) -> str:
        """The buyer's own words for the normalised span start..end."""
        first, last = self.original_span(start, end)
        return self.original[first:last]


@lru_cache(maxsize=32768)
def _fold(character: str) -> str:
    if "\u4e00" <= character <= "\u9fff":
        return character
    if character in EMOJI_NAMES or character in EMOJI_SIGNS:
        return EMOJI_NAMES.get(character) or EMOJI_SIGNS[character]
    if character in "\r\n\t\u3000":
        return " " if character != "\n" else "\n"
    folded = []
    # Taken apart, so that the tone goes and the letter of pinyin stays (shǎ bī).
    known = LETTERS.get(character.lower(), character)
    for part in unicodedata.normalize("NFKD", known) if known.isalpha() else unicodedata.normalize("NFKC", known):
        code = ord(part)
        if unicodedata.category(part) in _DROPPED_CATEGORIES or 0x1F000 <= code <= 0x1FAFF:
            continue
        folded.append(part.lower())
    return "".join(folded)


class _Folds(dict[int, str]):
    """Characters folded, each when it is first seen; ``odd`` are those that become none or several."""

    odd: set[str]

    def __missing__(self, code: int) -> str:
        character = chr(code)
        self[code] = folded = _fold(character)
        if len(folded) != 1:
            self.odd.add(character)
        return folded


#: From here on lie a million code points that nobody types; they are not worth remembering.
_RARE = "\U00020000"
_FOLDS = _Folds()
_FOLDS.odd = set()
#: What may be a run that is squeezed; see :func:`_run_limit`.
_MAY_RUN = re.compile(r"(.)\1\1|  ", re.DOTALL)


def _run_limit(character: str) -> int:
    """How many times in a row a character says something new: digits always do, letters twice, marks three times."""
    if character.isdigit():
        return 1_000_000
    if character.isalpha():
        return 2
    return 1 if character == " " else 3


class _Simple(dict[int, str]):
    """Characters by themselves, each converted when it is first seen."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        self[code] = str(_CONVERTER.convert(character)) if character >= "\u3400" else character
        return self[code]


_SIMPLE = _Simple()


def _simplify(text: str) -> str:
    """Traditional to simplified, one character for one, so that offsets stay true."""
    if text.translate(_SIMPLE) == text:
        # The tables of words are ten times slower, and change nothing where no character is traditional.
        return text
    simplified = str(_CONVERTER.convert(text))
    if len(simplified) == len(text):
        return simplified
    return "".join(one if len(one := str(_CONVERTER.convert(c))) == 1 else c for c in text)


@lru_cache(maxsize=256)
def normalise(text: str) -> Normalised:
    """Fold a message of any length into one spelling. Never raises; an empty or purely decorative message gives "".

    One turn asks for its message's spelling some twenty times, so the last ones are kept.
    """
    parts = {start: (end, whole) for start, end, whole in joined_parts(text)}
    if not parts and max(text, default="") < _RARE:
        folded = text.translate(_FOLDS)
        if _FOLDS.odd.isdisjoint(text) and not _MAY_RUN.search(folded):
            # Nearly every message: one character for one, so nothing moves.
            return Normalised(text, _simplify(folded), tuple(range(len(text))), tuple(range(1, len(text) + 1)))
    return _squeezed(text, parts)


def _squeezed(text: str, parts: Mapping[int, tuple[int, str]]) -> Normalised:
    """The same, character by character, where some become none or several, or come in runs."""
    characters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    run = 0
    skipped = 0
    for index, character in enumerate(text):
        if index < skipped:
            continue
        end = index + 1
        if index in parts:
            end, character = parts[index]
            skipped = end
        for folded in _fold(character):
            if characters and characters[-1] == folded:
                run += 1
                if run > _run_limit(folded):
                    # The squeezed run still belongs to the quotation.
                    ends[-1] = end
                    continue
            else:
                run = 1
            characters.append(folded)
            starts.append(index)
            ends.append(end)
    return Normalised(text, _simplify("".join(characters)), tuple(starts), tuple(ends))


def _number_token(match: re.Match[str]) -> str:
    if match["money"]:
        return "AMOUNT"
    if match["link"]:
        return "LINK"
    if match["phone"]:
        return "PHONE"
    if match["order"]:
        return "ORDER"
    return match["short"] if match["short"] in _KEPT_NUMBERS else "NUM"


def features_text(text: str) -> str:
    """The message as the classifiers should see it.

    Normalised, with numbers replaced by upper-case class tokens (ORDER, PHONE, AMOUNT, NUM, LINK) and
    bracketed masks such as
    [数字x] or [地址] by the same tokens (also PLACE, NAME,
    COMPANY, DAY, MAIL). Hotlines such as 12315 stay as they are.
    All other letters are lower case, so a token never collides with a word.
    """
    # Masks are swapped for lower-case marks first, because normalising would lower a token and squeeze nothing back.
    masked = _MASK.sub(lambda match: f"\x00{_MASK_TOKENS[match[1]]}\x00", text.replace("\x00", ""))
    parts = masked.split("\x00")
    for index in range(0, len(parts), 2):
        parts[index] = _NUMBER.sub(_number_token, SIGN.sub("", normalise(parts[index]).text))
    return "".join(parts).strip()


def with_tokens(normalised: str) -> str:
    """An already normalised text with its numbers replaced by class tokens, as in :func:`features_text`."""
    return _NUMBER.sub(_number_token, SIGN.sub("", normalised)).strip()
