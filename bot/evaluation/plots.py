"""Pictures of confidence, of who needs a person, and of each intent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.evaluation.about_intents import bins_of
from bot.evaluation.about_people import curve_of, need
from bot.evaluation.about_talk import Stock
from bot.evaluation.readings import Line
from bot.evaluation.scores import Score, average_precision, calibration, calibration_error

OURS, STOCK, THIRD, GREY = "#1f6f8b", "#c9a227", "#a33b4d", "#8a8f98"
#: Multiples of the decision lines marked on the curves.
OTHER_FACTORS = (0.5, 0.75, 1.5)


def canvas(width: float, height: float, **how: Any) -> tuple[Any, Any, Any]:
    """(pyplot, figure, axes) that draw into a file and need no screen; sizes in inches."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    plt.rcParams.update({"axes.spines.top": False, "axes.spines.right": False, "font.size": 10})
    figure, axes = plt.subplots(figsize=(width, height), **how)
    return plt, figure, axes


def plot_reliability(lines: Sequence[Line], out: Path) -> None:
    """Confidence against the share that is right, and below it how many readings each step has."""
    plt, figure, (above, below) = canvas(7, 8, nrows=2, sharex=True, gridspec_kw={"height_ratios": [4, 1], "hspace": 0.08})
    bins = bins_of(lines)
    lenient = calibration([line.confidence for line in lines], [line.lenient for line in lines])
    above.plot([0, 1], [0, 1], "--", color=GREY, linewidth=1, label="as sure as right")
    above.plot([b.confidence for b in lenient], [b.right for b in lenient], "o-", color=STOCK, alpha=0.7, markersize=5,
               label=f"lenient, calibration error {calibration_error(lenient) or 0:.3f}")  # fmt: skip
    above.plot([b.confidence for b in bins], [b.right for b in bins], "o-", color=OURS, linewidth=2,
               label=f"strict, calibration error {calibration_error(bins) or 0:.3f}")  # fmt: skip
    above.set(xlim=(0, 1), ylim=(0, 1.03), ylabel="share right")
    above.set_title(f"Does confidence mean what it says?  {len(lines)} held-out lines", fontsize=11)
    above.grid(alpha=0.25)
    above.legend(loc="upper left", frameon=False)
    bars = below.bar([place / 10 + 0.05 for place in range(10)], _counts(lines), width=0.09, color=OURS)
    below.bar_label(bars, fontsize=8, padding=1)
    below.set(xlabel="confidence", ylabel="lines", ylim=(0, max(1, *_counts(lines)) * 1.25))
    figure.savefig(out, dpi=110, bbox_inches="tight")
    plt.close(figure)


def _counts(lines: Sequence[Line]) -> list[int]:
    steps = [min(9, int(line.confidence * 10)) for line in lines]
    return [steps.count(step) for step in range(10)]


def plot_need(groups: Mapping[str, Sequence[Line]], out: Path) -> None:
    """Precision and recall of needing a person, with the point that the bot's lines choose."""
    plt, figure, axes = canvas(9, 7)
    # Numbers stand above the upper curve and below the lower one.
    for (name, lines), colour, place in zip(groups.items(), (OURS, THIRD), ((4, 7), (-8, -15))):
        points, chosen = curve_of(lines), need(lines)
        axes.step([p.recall for p in points], [p.precision for p in points], where="post", color=colour, linewidth=1.8,
                  label=f"{name}: {len(lines)} lines, {chosen.wanted} need a person; average precision {average_precision(points):.2f}")  # fmt: skip
        axes.plot([chosen.recall], [chosen.precision], "o", color=colour, markersize=12, markeredgecolor="white", zorder=5,
                  linestyle="none", label=f"    chosen: precision {chosen.precision or 0:.2f}, recall {chosen.recall or 0:.2f}")  # fmt: skip
        for factor in OTHER_FACTORS:
            at = [point for point in points if point.line >= factor]
            if at:
                axes.plot([at[-1].recall], [at[-1].precision], "o", color=colour, markersize=5, zorder=4)
                axes.annotate(f"×{factor}", (at[-1].recall, at[-1].precision), xytext=place, textcoords="offset points",
                              color=colour, fontsize=8.5)  # fmt: skip
    axes.set(xlim=(0, 1.02), ylim=(0, 1.03), xlabel="recall", ylabel="precision")
    axes.set_title("Who needs a person: all decision lines of mood and risk multiplied by the same factor", fontsize=11)
    axes.grid(alpha=0.25)
    axes.legend(loc="lower left", frameon=False, fontsize=9)
    figure.savefig(out, dpi=110, bbox_inches="tight")
    plt.close(figure)


def plot_f1(ours: Mapping[str, Score], stock: Stock | None, out: Path) -> None:
    """F1 of each intent, weakest on top, beside stock Rasa where it was measured."""
    names = sorted(ours, key=lambda name: (-(ours[name].f1 or 0.0), name))
    plt, figure, axes = canvas(9, 0.27 * len(names) + 1.6)
    high, shift = (0.4, 0.2) if stock else (0.72, 0.0)
    places = range(len(names))
    bars = axes.barh([p + shift for p in places], [ours[n].f1 or 0.0 for n in names], high, color=OURS, label="this project")
    axes.bar_label(bars, fmt="%.2f", fontsize=7.5, padding=2)
    if stock:
        others = axes.barh([p - shift for p in places], [stock.reached.f1.get(n, 0.0) for n in names], high, color=STOCK,
                           label=f"stock Rasa, {stock.amount}")  # fmt: skip
        axes.bar_label(others, fmt="%.2f", fontsize=6.5, padding=2, color=GREY)
        if stock.ours:
            axes.plot([stock.ours.f1.get(n, 0.0) for n in names], [p + shift for p in places], "|", color="black", markersize=8,
                      label=f"this project, {stock.amount}")  # fmt: skip
        axes.legend(loc="upper center", bbox_to_anchor=(0.4, -0.03), ncol=3, frameon=False)
    axes.set_yticks(list(places), [f"{name}  ({ours[name].wanted})" for name in names], fontsize=8.5)
    axes.set(xlim=(0, 1.08), ylim=(-0.8, len(names) - 0.2), xlabel="F1, strict; in brackets the held-out lines")
    axes.set_title("F1 by intent" + (" against stock Rasa" if stock else ""), fontsize=11)
    axes.grid(axis="x", alpha=0.25)
    axes.set_axisbelow(True)
    figure.savefig(out, dpi=110, bbox_inches="tight")
    plt.close(figure)
