"""The trained part of the door: yes-or-no questions asked of each sentence and of the whole reply.

One question a kind of violation, and two more: is anything wrong at all, and is it so wrong that it must be stopped. The last
two learn from all lines together, so they know more than any kind; the kinds say what it is. Characters (1 to 3 in a row)
and concepts are weighed and summed; a sentence is also judged by itself, so one wrong sentence shows in a long and otherwise
good reply. ``python -m bot.door_training`` makes the file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from aftersales.door.text import Reply, Span
from aftersales.errors import ConfigurationError
from aftersales.reading.concepts import Concepts, load_concepts
from aftersales.reading.normalise import with_tokens

Floats = npt.NDArray[np.float32]

#: Longest run of characters that is a feature.
CHARACTERS = 3
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
    """The sentences of a reply, with numbers as class tokens."""
    return [(span, with_tokens(reply.text[span.start : span.end])) for span in reply.sentences]


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
        except (OSError, ValueError, KeyError) as error:
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
        judged = sentences(reply)
        known = self._vocabulary
        rows: list[int] = []
        ends: list[int] = []
        for _, text in judged:
            rows += [row for feature in features(text, self._concepts) if (row := known.get(feature)) is not None]
            ends.append(len(rows))
        scores = self._scores(rows, ends)
        best, places = scores.max(axis=0), scores.argmax(axis=0)
        wrong, stop = self.judged(best[None, :])[0]
        spans = [Span(0, len(reply.text)), *(span for span, _ in judged)]
        kinds = {self.questions[place]: (float(best[place]), spans[int(places[place])]) for place in self._kinds}
        return Opinion(float(wrong), float(stop), kinds)

    def _scores(self, rows: list[int], ends: list[int]) -> Floats:
        """One row of scores for the whole reply, then one for each sentence; ``ends``: where its features end."""
        values = self._rarity[rows]
        weighed = values[:, None] * self._weights[rows]
        squares = values * values
        starts = [0, *ends[:-1]]
        sums = np.stack([weighed.sum(axis=0), *(weighed[start:end].sum(axis=0) for start, end in zip(starts, ends))])
        lengths = np.sqrt([squares.sum(), *(squares[start:end].sum() for start, end in zip(starts, ends))])
        return np.asarray(sums / np.where(lengths == 0, 1, lengths)[:, None] + self._bias, dtype=np.float32)

    def judged(self, best: Floats) -> Floats:
        """The chances of ``wrong`` and ``stop`` for rows of best scores, one column a question."""
        seen = self.seen(best)
        return np.asarray(1 / (1 + np.exp(-np.einsum("rjf,jf->rj", seen, self._judges))), dtype=np.float32)

    def seen(self, best: Floats) -> Floats:
        """What the judges see of each row: for ``wrong`` and ``stop``, own score, best kind's score, 1."""
        ones = np.ones(len(best), np.float32)
        anything, stopped = self.questions.index(ANYTHING), self.questions.index(STOPPED)
        wrong = np.stack([best[:, anything], best[:, self._kinds].max(axis=1), ones], axis=1)
        stop = np.stack([best[:, stopped], best[:, self._stopping].max(axis=1), ones], axis=1)
        return np.asarray(np.stack([wrong, stop], axis=1), dtype=np.float32)
