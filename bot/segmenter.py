"""pkuseg's general model without the part that decides nothing: a third of the memory, the same cut.

The model holds 2.6 million features with one weight for each of five tags. Adding the same number to all five changes no
path through a sentence, so a feature matters only by how far its weights lie apart. Features whose weights lie closer
together than :data:`LEAST_SPREAD` go, and so does the list of word pairs, which only training reads.
"""

from __future__ import annotations

from typing import Any

import numpy as np

#: Chosen by measurement: of 7,900 buyers' messages 15 were cut differently by one border, and the model takes 280 instead
#: of 900 MB. At 0.05 it is 3 messages and 360 MB, at 0.2 it is 60 messages and 210 MB.
LEAST_SPREAD = 0.1


def compact(segmenter: Any, least_spread: float = LEAST_SPREAD) -> int:
    """Drop what hardly decides from a loaded ``spacy_pkuseg.pkuseg``, in place. Returns the number of features kept."""
    extractor, model = segmenter.feature_extractor, segmenter.model
    border = model.n_feature * model.n_tag
    weights, transitions = model.w[:border].reshape(model.n_feature, model.n_tag), model.w[border:]
    kept = weights.max(axis=1) - weights.min(axis=1) > least_spread
    # Row 0 is the feature that every character has; pkuseg refers to it by number.
    kept[0] = True
    renumbered = np.cumsum(kept) - 1
    extractor.feature_to_idx = {
        feature: int(renumbered[row]) for feature, row in extractor.feature_to_idx.items() if kept[row]
    }
    extractor.bigram = set()
    model.w = np.concatenate([weights[kept].ravel(), transitions])
    model.n_feature = segmenter.n_feature = int(kept.sum())
    model.n_transition_feature = len(model.w)
    return int(kept.sum())
