"""What the linear readers see of a message: characters, words, and concepts.

Character n-grams run over the whole message, across word borders, so a different cut by the segmenter or a typo changes only
a few features. Words add what the cut knows. Concepts (:mod:`aftersales.reading.concepts`) stand for all words of one meaning,
so that what was learnt from 空调什么时候送 holds for 床垫啥时候到 too; beside a concept, the other words say what is asked of it.
"""

from __future__ import annotations

import hashlib
import inspect
import sys
from collections.abc import Sequence

import aftersales.reading.concepts
import aftersales.reading.normalise
from aftersales.reading.concepts import concept_features, default_concepts

Words = Sequence[str]

#: Longest character n-gram and word n-gram.
CHARACTERS = 3
WORDS = 2
#: Words that are paired with the concepts; a longer message says the rest twice.
PAIRED_WORDS = 14


def features(text: str, words: Words) -> list[str]:
    """The features of one message; ``text`` is the normalised text (``features_text``), ``words`` its segmentation."""
    framed = f"^{text}$"
    found = [
        framed[start : start + size] for size in range(1, CHARACTERS + 1) for start in range(len(framed) - size + 1)
    ]
    found += [
        "w:" + " ".join(words[start : start + size])
        for size in range(1, WORDS + 1)
        for start in range(len(words) - size + 1)
    ]
    own = list(concept_features(text))
    # Which concepts there are is among their features already; to look for them again would take as long as all the rest.
    minor = default_concepts().minor
    major = sorted(concept for feature in own if feature[:2] == "k:" and (concept := feature[2:]) not in minor)
    found += own
    if major:
        content = sorted({word for word in words if any(map(str.isalnum, word))})[:PAIRED_WORDS]
        found += [f"x:{concept} {word}" for concept in major for word in content]
    return found


def fingerprint() -> str:
    """One hash over the code and the lists that shape the features: Rasa's cache of trained parts does not see them."""
    from bot.nlu import linear

    modules = (sys.modules[__name__], linear, aftersales.reading.normalise, aftersales.reading.concepts)
    words = "\n".join(f"{word} {concept}" for word, concept in default_concepts().words.items())
    return hashlib.sha256("".join([*map(inspect.getsource, modules), words]).encode()).hexdigest()
