"""Pictures of what is taken for what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path

from bot.evaluation.plots import GREY, OURS, THIRD, canvas
from bot.evaluation.readings import Line
from bot.evaluation.scores import matrix


def plot_confusion(lines: Sequence[Line], families: Mapping[str, str], out: Path) -> None:
    """Every intent against every intent, by family. An accepted second intent counts as the labelled one."""
    import numpy as np

    found = [line.item.intent if line.lenient else line.intent for line in lines]
    labels = sorted({line.item.intent for line in lines} | set(found), key=lambda name: (families.get(name, "~"), name))
    counts = np.array(matrix([line.item.intent for line in lines], found, labels))
    shares = counts / np.maximum(1, counts.sum(axis=1, keepdims=True))
    plt, figure, axes = canvas(0.4 * len(labels) + 4, 0.4 * len(labels) + 3.4)
    right = np.eye(len(labels), dtype=bool)
    axes.imshow(np.where(right, shares, np.nan), cmap="Blues", vmin=0, vmax=1.25)
    # A tenth of an intent's lines going one wrong way is a lot: mistakes have a scale of their own.
    axes.imshow(np.where(right | (counts == 0), np.nan, shares), cmap="OrRd", vmin=-0.05, vmax=0.3)
    for (row, column), count in np.ndenumerate(counts):
        if count:
            dark = shares[row, column] > (0.75 if row == column else 0.2)
            axes.text(column, row, int(count), ha="center", va="center", fontsize=9, color="white" if dark else "black")
    axes.set_xticks(range(len(labels)), labels, rotation=90, fontsize=10)
    axes.set_yticks(range(len(labels)), [f"{name}  {total}" for name, total in zip(labels, counts.sum(axis=1))], fontsize=10)
    axes.tick_params(length=0, labeltop=True, labelbottom=True)
    plt.setp(axes.get_xticklabels(), rotation=90)
    place = 0
    for family, members in groupby(labels, key=lambda name: families.get(name, "?")):
        size = len(list(members))
        if place:
            axes.axhline(place - 0.5, color=GREY, linewidth=0.8)
            axes.axvline(place - 0.5, color=GREY, linewidth=0.8)
        axes.text(len(labels) - 0.2, place + size / 2 - 0.5, family, ha="left", va="center", fontsize=11, color=OURS)
        place += size
    axes.set_xlabel("read as", fontsize=12)
    axes.set_ylabel("labelled, with the number of lines", fontsize=12)
    told = f"{len(lines)} held-out lines; on the diagonal: the labelled or the accepted second intent"
    axes.set_title(f"What is taken for what\n{told}", fontsize=14, pad=14)
    for side in axes.spines.values():
        side.set_visible(False)
    figure.savefig(out, dpi=95, bbox_inches="tight")
    plt.close(figure)


def plot_confusions(pairs: Sequence[tuple[str, str, int, int]], lines: tuple[int, int], out: Path) -> None:
    """The most frequent confusions: (labelled, read as, everyday lines, contrast lines); ``lines``: of how many each."""
    plt, figure, axes = canvas(9, 0.28 * len(pairs) + 1.4)
    names = [f"{labelled}  →  {read}" for labelled, read, *_ in pairs]
    everyday, contrast = [pair[2] for pair in pairs], [pair[3] for pair in pairs]
    axes.barh(names, everyday, 0.7, color=OURS, label=f"everyday, of {lines[0]} lines")
    bars = axes.barh(names, contrast, 0.7, left=everyday, color=THIRD, alpha=0.75, label=f"contrast pairs, of {lines[1]} lines")
    axes.bar_label(bars, [f"{a} + {b}" for a, b in zip(everyday, contrast)], fontsize=8.5, padding=3)
    axes.legend(loc="lower right", frameon=False)
    axes.margins(x=0.08, y=0.015)
    axes.invert_yaxis()
    axes.tick_params(axis="y", labelsize=9, length=0)
    axes.set_xlabel("lines read as neither the labelled nor the accepted second intent")
    axes.set_title("The most frequent confusions: labelled → read as", fontsize=11)
    axes.xaxis.get_major_locator().set_params(integer=True)
    figure.savefig(out, dpi=110, bbox_inches="tight")
    plt.close(figure)
