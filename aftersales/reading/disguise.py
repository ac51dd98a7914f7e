"""Hot words in disguise: respelt by sound, in pinyin, drawn alike, split, decorated or repeated; and their real spelling.

`Disguises.lift` gives a message with such words written plainly, so that every word list and expression then reads
it as usual. A word counts only when it is odd: one of its characters makes no ordinary word where it stands
(辣鸡 in 辣鸡翅, 家货 in 商家货 are ordinary). What counts stands in rules/lexicons/disguises.yml and ordinary.txt.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import product

import ahocorasick  # type: ignore[import-not-found,import-untyped,unused-ignore]

from aftersales.reading.sound import sign_of, signs, spelt, syllables

_HAN = "\u4e00-\u9fff"
# Marks inside a word that no writer puts there in earnest, marks that part thoughts as well, and the ends of clauses.
_HARD = "*·_|+#@^&%$=`<>()\\[\\]{}【】《》「」『』〈〉•丨丶丿"
_SOFT = "/\\\\.~、'\"“”‘’\\- —…"
_CLAUSE = ",。!?:;"
_MARKS = f"[{_HARD}{_SOFT}{_CLAUSE}]"
_FEELING = r"\[(?:怒|气|吐|白眼|哭|中指)\]"
_ALL_HARD = re.compile(f"(?:[{_HARD}]|{_FEELING})*")
_LONGEST_GAP = 6
# Every character of three or more by itself: 给 我 滚, 转-人-工.
_SPACED = re.compile(f"(?<![{_HAN}])(?:[{_HAN}][ .~\\-]){{2,}}[{_HAN}](?![{_HAN}])")
_DECORATED = re.compile(f"(?<=[{_HAN}])(?:[*·_|+#@^&%$=`]|{_FEELING}){{1,3}}(?=[{_HAN}])")
_UNDONE = re.compile(rf"{_FEELING}|\[(?P<sign>[{_HAN}]{{1,2}})\]|{_MARKS}|(?P<run>[{_HAN}a-z])(?P=run)+")
# Written otherwise by `aftersales/reading/shape.py`, so that a bin by itself is not read as an insult.
_TWO_IN_ONE = {"筒": "垃圾"}
_CALLED = re.compile("(?:是|真|你们?|什么|一群|这种|[,。!?])$")
_CALLS = re.compile("(?:店|客服|平台|商家|卖家|玩意|公司|服务|质量)")
_LETTER = re.compile("[a-z]")
_LETTERS = re.compile("[a-z]+")
_DIGIT = re.compile("[0-9]")
# "zhi zhang de hou du": somebody types everything in pinyin, where two syllables are no word yet.
_PINYIN_GOES_ON = re.compile(" [a-z]")
_IDENTIFIER_MARKS = frozenset("@_-./:#")


@dataclass(frozen=True)
class Lifted:
    """A message with its disguises lifted. `text[i]` stands for `starts[i]:ends[i]` of it.

    words: the spans of `text` that were written otherwise. joints: where in `text` marks were taken out.
    """

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    words: tuple[tuple[int, int], ...]
    joints: tuple[int, ...]

    def touches(self, start: int, end: int) -> bool:
        """True when `text[start:end]` could not be read as it was written."""
        return any(start < last and first < end for first, last in self.words) or any(
            start < joint < end for joint in self.joints
        )


@dataclass(frozen=True)
class _Bare:
    """A message without marks, runs and parts: `text[i]` stands for `starts[i]:ends[i]` of it.

    folded: the places of what was a run, an emoji or parts.
    """

    text: str
    starts: list[int]
    ends: list[int]
    folded: frozenset[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where `text[start:end]` stands in the message."""
        return self.starts[start], self.ends[end - 1]


@dataclass(frozen=True)
class _Way:
    """A spelling of a word: itself, or drawn alike or with initials."""

    word: str
    itself: bool
    bare: bool


class Disguises:
    """Built once from the lists; immutable afterwards.

    words: hot words with their further readings ("pu guang"), found in every disguise. terms: other words of the word
    lists, mapped to `bare`: found when split by marks, if `bare` also by spaces. looks: characters drawn like one.
    parts: two characters that make one. ordinary: words and single characters that explain what stands there.
    """

    def __init__(
        self,
        words: Mapping[str, Iterable[str]],
        terms: Mapping[str, bool],
        looks: Mapping[str, Iterable[str]],
        parts: Mapping[str, str],
        ordinary: Collection[str],
    ):
        self._ordinary = frozenset(ordinary)
        self._widest = max(map(len, self._ordinary), default=1)
        self._parts = dict(parts)
        ways: dict[str, _Way] = {}
        for term, bare in terms.items():
            if len(term) > 1:
                ways[term] = _Way(term, True, bare)
        sounds: dict[str, str] = {}
        for word, readings in words.items():
            ways[word] = _Way(word, True, True)
            for reading in [" ".join(spelt(word)), *readings] if not word.isdigit() else ():
                sounds.setdefault("".join(map(sign_of, reading.split())), word)
                ways.setdefault(reading.replace(" ", ""), _Way(word, False, True))
            if word.isdigit():
                sounds[signs(word)] = word
            for drawn in product(*([character, *looks.get(character, ())] for character in word)):
                ways.setdefault("".join(drawn), _Way(word, False, True))
            for index, syllable in enumerate(spelt(word) if not word.isdigit() else ()):
                ways.setdefault(word[:index] + syllable[0] + word[index + 1 :], _Way(word, False, True))
        self._drawn = _automaton({spelling: (spelling, way) for spelling, way in ways.items()})
        self._sounds = _automaton({key: (key, word) for key, word in sounds.items()})
        # Fifty alternatives at every character are slow, and nearly no message has one of them.
        spelt_out = "|".join(re.escape(part) for part in sorted(self._parts, key=len, reverse=True))
        self._undone_with_parts = re.compile(f"{spelt_out}|{_UNDONE.pattern}") if spelt_out else _UNDONE

    def lift(self, text: str) -> Lifted | None:
        """The normalised `text` with its disguises lifted, or None when there is none."""
        changes = self._changes(text)
        taken = [False] * (len(text) + 1)
        chosen: list[tuple[int, int, str]] = []
        for start, end, word in sorted(changes, key=lambda change: (-len(change[2]), change[0])):
            if not any(taken[start:end]):
                chosen.append((start, end, word))
                taken[start:end] = [True] * (end - start)
        for start, end in _joints(text):
            if not any(taken[start:end]):
                chosen.append((start, end, ""))
        return _rewritten(text, sorted(chosen)) if chosen else None

    def _changes(self, text: str) -> list[tuple[int, int, str]]:
        bare = self._stripped(text)
        found: list[tuple[int, int, str]] = []
        for last, (spelling, way) in self._drawn.iter(bare.text):
            start, end = last + 1 - len(spelling), last + 1
            first, after = bare.span(start, end)
            if text[first:after] == way.word or not stands_alone(text, first, after):
                continue
            if self._is_drawn(text, bare, start, end, way):
                found.append((first, after, way.word))
        return found + self._by_sound(text, bare)

    def _is_drawn(self, text: str, bare: _Bare, start: int, end: int, way: _Way) -> bool:
        gaps = _gaps(text, bare, start, end)
        if any(len(gap) > _LONGEST_GAP for gap in gaps):
            return False
        if " " in gaps and bare.text[start:end].isascii() and _PINYIN_GOES_ON.match(text, bare.ends[end - 1]):
            return False
        if way.word.isdigit():
            # 12-3-15 is a date; 1-2-3-1-5 is none.
            return len(gaps) == end - start - 1
        if gaps and way.itself and all(_ALL_HARD.fullmatch(gap) for gap in gaps):
            return True
        if not way.bare:
            return False
        if way.itself and self._goes_on(bare.text, end):
            return False
        if bare.starts[start] == bare.starts[end - 1]:
            # 🗑 is a bin, unless somebody is called so.
            return bool(_CALLED.search(text[: bare.starts[start]]) or _CALLS.match(text, bare.ends[end - 1]))
        if way.itself and not gaps:
            # 妈妈 and 看看 repeat in earnest; 逼逼 and 人人工工 do not.
            folded = [i for i in range(start, end) if i in bare.folded]
            return any(text[bare.starts[i] : bare.ends[i]] not in self._ordinary for i in folded)
        single = way.itself and not any(character in _CLAUSE for gap in gaps for character in gap)
        return single or self._is_odd(bare.text, start, end, way.itself)

    def _goes_on(self, bare: str, end: int) -> bool:
        """True when the last character of a span begins an ordinary word (智/障碍, 人 工具)."""
        widths = range(2, min(self._widest, len(bare) - end + 1) + 1)
        return any(bare[end - 1 : end - 1 + width] in self._ordinary for width in widths)

    def _by_sound(self, text: str, bare: _Bare) -> list[tuple[int, int, str]]:
        heard, places = _heard(bare)
        found = []
        for last, (key, word) in self._sounds.iter(heard):
            first = last + 1 - len(key)
            start, end = (first, last + 1) if places is None else (places[first][0], places[last][1])
            spelling = bare.text[start:end]
            change = bare.span(start, end)
            if spelling == word or not stands_alone(text, *change):
                continue
            if any(len(gap) > _LONGEST_GAP for gap in _gaps(text, bare, start, end)):
                continue
            if word.isdigit():
                counted = text[change[1] : change[1] + 1] in tuple("十百千万点")
                odd = not spelling.isdigit() and not counted
            elif spelling.isascii():
                odd = not (_PINYIN_GOES_ON.match(text, change[1]) and " " in text[change[0] : change[1]])
            elif _LETTER.search(spelling):
                odd = True
            else:
                odd = not _DIGIT.search(spelling) and self._is_odd(bare.text, start, end, False)
            if odd:
                found.append((*change, word))
        return found

    def _stripped(self, text: str) -> _Bare:
        """Marks and feelings away, runs to one character, parts and emoji to the character they stand for."""
        pieces: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        folded: list[int] = []
        position = 0
        undone = self._undone_with_parts if any(part in text for part in self._parts) else _UNDONE
        for match in undone.finditer(text):
            start, end = match.span()
            pieces.append(text[position:start])
            starts += range(position, start)
            ends += range(position + 1, start + 1)
            position = end
            kept = match["run"] or _TWO_IN_ONE.get(match["sign"], match["sign"]) or self._parts.get(match[0], "")
            folded += range(len(starts), len(starts) + len(kept))
            pieces.append(kept)
            starts += [start] * len(kept)
            ends += [end] * len(kept)
        pieces.append(text[position:])
        starts += range(position, len(text))
        ends += range(position + 1, len(text) + 1)
        return _Bare("".join(pieces), starts, ends, frozenset(folded))

    def _is_odd(self, bare: str, start: int, end: int, itself: bool) -> bool:
        """True when one Han character of the span makes no ordinary word with its neighbours, nor by itself.

        itself: the span spells the hot word, which is then no ordinary word.
        """
        for index in range(start, end):
            character = bare[index]
            if "\u4e00" <= character <= "\u9fff" and not self._is_explained(bare, index, start, end, itself):
                return True
        return False

    def _is_explained(self, bare: str, index: int, start: int, end: int, itself: bool) -> bool:
        if bare[index] in self._ordinary:
            return True
        for width in range(2, self._widest + 1):
            for first in range(max(0, index - width + 1), min(index, len(bare) - width) + 1):
                if itself and start <= first and first + width <= end:
                    continue
                if bare[first : first + width] in self._ordinary:
                    return True
        return False


def _automaton(values: Mapping[str, tuple[str, object]]) -> ahocorasick.Automaton:
    automaton = ahocorasick.Automaton()
    for key, value in values.items():
        automaton.add_word(key, value)
    automaton.make_automaton()
    return automaton


def _gaps(text: str, bare: _Bare, start: int, end: int) -> list[str]:
    """The marks between the characters of a span."""
    places = range(start + 1, end)
    return [text[bare.ends[i - 1] : bare.starts[i]] for i in places if bare.starts[i] > bare.ends[i - 1]]


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


def stands_alone(text: str, start: int, end: int) -> bool:
    """Letters and digits at an edge go no further, neither as a word (gunmetal) nor as a name (laji@…, SB-700)."""
    if _is_latin(text[start]) and start:
        if _is_latin(text[start - 1]):
            return False
        if text[start - 1] in _IDENTIFIER_MARKS and start > 1 and _is_latin(text[start - 2]) and text[start].isalpha():
            return False
    if _is_latin(text[end - 1]) and end < len(text):
        if _is_latin(text[end]):
            return False
        if text[end] in _IDENTIFIER_MARKS and _is_latin(text[end + 1 : end + 2]) and text[end - 1].isalpha():
            return False
    return True


def _heard(bare: _Bare) -> tuple[str, list[tuple[int, int]] | None]:
    """A message as it sounds, and where in it each sign stands (None: sign by sign)."""
    if not _LETTER.search(bare.text):
        return signs(bare.text), None
    heard: list[str] = []
    places: list[tuple[int, int]] = []
    position = 0
    for match in _LETTERS.finditer(bare.text):
        for start, end in _runs(bare, *match.span()):
            spoken = syllables(bare.text[start:end])
            if not spoken:
                continue
            heard.append(signs(bare.text[position:start]))
            places += [(i, i + 1) for i in range(position, start)]
            for syllable in spoken:
                heard.append(sign_of(syllable))
                places.append((start, start + len(syllable)))
                start += len(syllable)
            position = end
    heard.append(signs(bare.text[position:]))
    places += [(i, i + 1) for i in range(position, len(bare.text))]
    return "".join(heard), places


def _runs(bare: _Bare, start: int, end: int) -> list[tuple[int, int]]:
    """Letters between two marks: "ren gong" is two runs."""
    cuts = [i for i in range(start + 1, end) if bare.starts[i] > bare.ends[i - 1]]
    return list(zip([start, *cuts], [*cuts, end]))


def _joints(text: str) -> list[tuple[int, int]]:
    """Decoration between Han characters: (start, end) of what may go."""
    found = [match.span() for match in _DECORATED.finditer(text)]
    for match in _SPACED.finditer(text):
        found += [(index, index + 1) for index in range(match.start() + 1, match.end(), 2)]
    return found


def _rewritten(text: str, changes: list[tuple[int, int, str]]) -> Lifted:
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    words: list[tuple[int, int]] = []
    joints: list[int] = []
    position = 0
    for start, end, word in [*changes, (len(text), len(text), "")]:
        pieces += [text[position:start], word]
        starts += range(position, start)
        ends += range(position + 1, start + 1)
        if word:
            words.append((len(starts), len(starts) + len(word)))
        else:
            joints.append(len(starts))
        starts += [start] * len(word)
        ends += [end] * len(word)
        position = end
    return Lifted("".join(pieces), tuple(starts), tuple(ends), tuple(words), tuple(joints))
