"""How a text sounds: every Han character and every syllable of pinyin becomes one sign, tones apart.

傻逼, 煞笔, shabi and 傻bi give the same two signs, so that one search over the signs finds them all.
"""

from __future__ import annotations

import os
from functools import lru_cache

# The phrase tables of pypinyin cost 40 MB and half a second; characters by themselves are all that is asked here.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")

from pypinyin import lazy_pinyin  # noqa: E402

_FIRST_SIGN = 0xE000  # the private use area: no message has these characters once it is normalised
_INITIALS = "b p m f d t n l g k h j q x zh ch sh r z c s y w".split()
_FINALS = (
    "a o e i u v ai ei ao ou an en in un ang eng ing ong ia ie iu ua ui uo ue ve uai uan iao ian uang iang iong"
).split()
_SYLLABLES = frozenset([i + f for i in _INITIALS for f in _FINALS]) | frozenset(
    "a ai an ang ao e ei en eng er o ou".split()
)
_LONGEST = max(map(len, _SYLLABLES))
_DIGITS = dict(zip("0123456789", "零一二三四五六七八九", strict=True)) | {"幺": "一", "两": "二"}


@lru_cache(maxsize=1024)
def sign_of(syllable: str) -> str:
    """The one sign of a toneless syllable in lower case ("zhuan")."""
    if syllable not in _NUMBERS:
        _NUMBERS[syllable] = len(_NUMBERS)
    return chr(_FIRST_SIGN + _NUMBERS[syllable])


_NUMBERS: dict[str, int] = {}


class _Signs(dict[int, str]):
    """For `str.translate`: Han characters and digits to their signs, everything else to itself."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        spoken = _DIGITS.get(character, character)
        self[code] = sign_of(lazy_pinyin(spoken)[0]) if "\u4e00" <= spoken <= "\u9fff" else character
        return self[code]


_SIGNS = _Signs()


def signs(text: str) -> str:
    """One sign for each Han character or digit of `text`; the length stays the same."""
    return text.translate(_SIGNS)


@lru_cache(maxsize=4096)
def syllables(letters: str) -> tuple[str, ...]:
    """Lower-case letters as syllables of pinyin, the longest first ("rengong" → ren, gong); () when they are none."""
    for length in range(min(_LONGEST, len(letters)), 0, -1):
        if letters[:length] not in _SYLLABLES:
            continue
        if length == len(letters):
            return (letters,)
        rest = syllables(letters[length:])
        if rest:
            return (letters[:length], *rest)
    return ()


def spelt(word: str) -> tuple[str, ...]:
    """The syllables of a Han word, tones apart."""
    return tuple(lazy_pinyin(word))
