"""The trained part of the door: yes-or-no questions asked of each sentence and of the whole reply.

One question a kind of violation, and two more: is anything wrong at all, and is it so wrong that it must be stopped. The last
two learn from all lines together, so they know more than any kind; the kinds say what it is. Characters (1 to 3 in a row)
and concepts are weighed and summed; a sentence is also judged by itself, so one wrong sentence shows in a long and otherwise
good reply. ``python -m bot.door_training`` makes the file.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from aftersales.door.text import Reply, Span
from aftersales.errors import ConfigurationError
from aftersales.reading.concepts import Concepts, load_concepts
from aftersales.reading.normalise import with_tokens

Floats = npt.NDArray[np.float32]

#: Longest run of characters that is a feature.
CHARACTERS = 3
#: An apology of no more characters than this says nothing else.
LONGEST_APOLOGY = 16
_SORRY = re.compile(r"抱歉|对不起|不好意思|辛苦|致歉|道歉|让您(?:担心|久等|久候|费心|操心|受累|为难|失望)|添麻烦|别着急|谢谢|感谢|理解您")
#: The questions beside the kinds.
ANYTHING, STOPPED = "anything", "stopped"


@dataclass(frozen=True)
class Opinion:
    """What the reader thinks of a reply.

    ``wrong`` and ``stop``: the chance, 0..1, that anything is wrong, and that it must be stopped. ``kinds``: each kind's
    score (a logit) with the sentence that speaks most for it.
    """

    wrong: float
    stop: float
    kinds: Mapping[str, tuple[float, Span]]


def features(text: str, concepts: Concepts) -> set[str]:
    """The features of one sentence in normalised spelling, numbers as class tokens."""
    framed = f"^{text}$"
    found = {
        framed[start : start + size] for size in range(1, CHARACTERS + 1) for start in range(len(framed) - size + 1)
    }
    named = concepts.of(text)
    found.update(f"k:{one}" for one in named)
    found.update(f"k:{one} {two}" for one, two in zip(named, named[1:]))
    return found


def sentences(reply: Reply) -> list[tuple[Span, str]]:
    """The sentences of a reply that say something, with numbers as class tokens.

    An apology is hollow only when nothing else is said, so one among other sentences is not judged by itself.
    """
    spans = [span for span in reply.sentences if not _only_sorry(reply.text[span.start : span.end])]
    return [(span, with_tokens(reply.text[span.start : span.end])) for span in spans or reply.sentences]


def _only_sorry(sentence: str) -> bool:
    return len(sentence) <= LONGEST_APOLOGY and _SORRY.search(sentence) is not None


class Reader:
    """Weights for each question; build with :meth:`load`, or :meth:`deaf` for one that never speaks."""

    def __init__(
        self,
        questions: Sequence[str],
        stopping: Sequence[str],
        vocabulary: Mapping[str, int],
        rarity: Floats,
        weights: Floats,
        bias: Floats,
        judges: Floats,
        concepts: Concepts,
    ):
        """``stopping``: the kinds that stop an agent's text. ``judges``: for ``wrong`` and ``stop``, the weights of

        (the question's own score, the best kind's score, 1).
        """
        self.questions = tuple(questions)
        self.stopping = tuple(stopping)
        self._vocabulary, self._rarity, self._weights, self._bias = dict(vocabulary), rarity, weights, bias
        self._judges, self._concepts = judges, concepts
        self._kinds = [place for place, name in enumerate(questions) if name not in (ANYTHING, STOPPED)]
        self._stopping = [place for place, name in enumerate(questions) if name in set(stopping)]
        self._anything = self.questions.index(ANYTHING) if questions else 0
        self._stopped = self.questions.index(STOPPED) if questions else 0
        # What a feature adds to each question, and to the length of the text.
        self._weighed = rarity[:, None] * weights
        self._squares = rarity * rarity
        self._judge_weights: list[list[float]] = judges.tolist()

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds it knows."""
        return tuple(self.questions[place] for place in self._kinds)

    @classmethod
    def load(cls, path: Path, concepts: Path) -> Reader:
        """Read the file that training wrote. Raises :class:`ConfigurationError` when it is missing or broken."""
        try:
            with np.load(path, allow_pickle=False) as arrays:
                names = json.loads(str(arrays["names"]))
                return cls(
                    names["questions"],
                    names["stopping"],
                    {feature: row for row, feature in enumerate(names["features"])},
                    arrays["rarity"].astype(np.float32),
                    arrays["weights"].astype(np.float32),
                    arrays["bias"].astype(np.float32),
                    arrays["judges"].astype(np.float32),
                    load_concepts(concepts),
                )
        except (OSError, EOFError, ValueError, KeyError, BadZipFile) as error:
            problem = f"cannot be read ({error})"
            raise ConfigurationError("/".join(path.parts[-3:]), "(file)", problem, "Run `make model`") from error

    @classmethod
    def deaf(cls) -> Reader:
        """A reader that finds nothing, for tests of the other parts."""
        empty = np.zeros(0, np.float32)
        return cls((), (), {}, empty, np.zeros((0, 0), np.float32), empty, np.zeros((2, 3), np.float32), Concepts({}))

    def save(self, path: Path) -> None:
        """Write the reader (arrays and JSON, nothing executable)."""
        path.parent.mkdir(parents=True, exist_ok=True)
        names = {"questions": self.questions, "stopping": self.stopping, "features": list(self._vocabulary)}
        np.savez_compressed(
            path,
            names=np.array(json.dumps(names, ensure_ascii=False)),
            rarity=self._rarity,
            weights=self._weights.astype(np.float16),
            bias=self._bias,
            judges=self._judges,
        )

    def read(self, reply: Reply) -> Opinion | None:
        """What it thinks of a reply; nothing when it was not trained."""
        if not self.questions:
            return None
        spans = [Span(0, len(reply.text))]
        rows: list[int] = []
        starts: list[int] = []
        for span, text in sentences(reply):
            known = [row for row in map(self._vocabulary.get, features(text, self._concepts)) if row is not None]
            if known:
                spans.append(span)
                starts.append(len(rows))
                rows += known
        scores = self._scores(rows, starts)
        places = scores.argmax(axis=0).tolist()
        best = scores.max(axis=0).tolist()
        wrong = self._chance(0, best[self._anything], max(best[place] for place in self._kinds))
        stop = self._chance(1, best[self._stopped], max(best[place] for place in self._stopping))
        kinds = {self.questions[place]: (best[place], spans[places[place]]) for place in self._kinds}
        return Opinion(wrong, stop, kinds)

    def _scores(self, rows: list[int], starts: list[int]) -> Floats:
        """One row of scores for the whole reply, then one for each sentence; ``starts``: where its features begin."""
        if not rows:
            return self._bias[None, :]
        places = np.array(rows)
        sums = np.add.reduceat(self._weighed.take(places, axis=0), starts, axis=0)
        squares = np.add.reduceat(self._squares.take(places), starts)
        sums = np.concatenate([sums.sum(axis=0)[None, :], sums])
        lengths = np.sqrt(np.concatenate([[squares.sum()], squares]))
        return np.asarray(sums / lengths[:, None] + self._bias, dtype=np.float32)

    def _chance(self, judge: int, own: float, best_kind: float) -> float:
        own_weight, kind_weight, bias = self._judge_weights[judge]
        return 1 / (1 + math.exp(-(own * own_weight + best_kind * kind_weight + bias)))

    def seen(self, best: Floats) -> Floats:
        """What the judges see of each row of best scores, for training: own score and best kind's score, by judge."""
        wrong = np.stack([best[:, self._anything], best[:, self._kinds].max(axis=1)], axis=1)
        stop = np.stack([best[:, self._stopped], best[:, self._stopping].max(axis=1)], axis=1)
        return np.asarray(np.stack([wrong, stop], axis=1), dtype=np.float32)
