"""How long both models take to train, and the models that the other measurements use.

Both start from an empty Rasa cache. Ours is trained by the same commands as `make model`, into a scratch folder.
"""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timezone
from pathlib import Path

from tools import bench_stock
from tools.bench_data import Data, generate_ours, read_data, write_data
from tools.environments import ROOT, python_of
from tools.model import MODEL, environment
from tools.say import say, step

SCRATCH = ROOT / "var" / "bench"
#: Seconds between two lines of progress from the same component.
TELL_EVERY = 30
_STARTED = re.compile(r"Starting to train component '(\w+)'")
_PERCENT = re.compile(r"Epochs:\s+(\d+)%")


@dataclass(frozen=True)
class Trained:
    """A stock model: where, from what, when, and how long it took to train.

    ``seconds`` passed on the clock; ``cpu_seconds`` of work by all cores tell how much of that was waiting for others.
    """

    folder: str
    fingerprint: str
    seconds: float
    cpu_seconds: float
    measured_at: str
    full: bool
    #: Lines of each intent that it was trained on; None: all there are.
    lines_per_intent: int | None = None
    #: What else the machine was doing in the minute before.
    load_average: float | None = None
    #: The data has changed since, so that another share would be drawn today.
    outdated: bool = False

    @property
    def model(self) -> Path:
        """The model file."""
        return ROOT / self.folder / "models" / "stock.tar.gz"

    def share(self) -> Data:
        """What it was trained on, as it was then."""
        return read_data(ROOT / self.folder / "share")


def our_commands(out: str) -> list[list[str]]:
    """What `make model` calls, with the model going to the folder ``out`` (``tests/tools/test_bench.py`` compares)."""
    python = str(python_of("bot"))
    name = MODEL.name.removesuffix(".tar.gz")
    return [
        [python, "-m", "bot.language"],
        [python, "-m", "bot", "train", "--fixed-model-name", name, "--out", out, "--augmentation", "0", "--skip-validation"],
    ]


def amount(lines: int | None) -> str:
    """How people say how much of the data it is."""
    return f"{lines} lines an intent" if lines else "all data"


def our_model(trained: Trained) -> Path:
    """Where :func:`train_ours` leaves our model of the share that a stock model was trained on."""
    return _ours(share=trained.lines_per_intent is not None) / MODEL.name


def _ours(*, share: bool) -> Path:
    return SCRATCH / ("ours-share" if share else "ours") / "models"


def train_ours(share: Data | None = None) -> tuple[float, float]:
    """Train our model from nothing on a share of the data, or on all of it.

    Returns the seconds by the clock and those of work. Exits when training fails.
    """
    out = _ours(share=share is not None)
    project = out.parent if share else ROOT
    if share:
        generate_ours(project, share)
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    clock = Clock()
    for command in our_commands(str(out.relative_to(project))):
        _run("ours", command, cwd=project, log=out / "train.log", cache=out / "cache")
    return clock.read()


def stock_model(lines: int | None, *, fresh: bool = False, last: bool = False, quick: bool = False) -> Trained:
    """The stock model for ``lines`` lines of each intent of today's data: the one trained before, or a new one.

    ``last`` takes the last one with the share that it was trained on, although today's would be another. ``quick`` does so
    too, and settles for a slice of the data when there is none. ``fresh`` trains in any case. Exits when training fails.
    """
    lock = (ROOT / "requirements" / "stock.txt").read_text(encoding="utf-8")
    full, small, today = SCRATCH / "stock", SCRATCH / "stock-slice", SCRATCH / "stock-today"
    data = read_data().share(lines)
    bench_stock.generate(today, data)
    fingerprint = bench_stock.fingerprint(today, lock)
    known = None if fresh else _known(full)
    if known is not None and known.fingerprint == fingerprint:
        say(f"stock model of {known.measured_at}: {known.seconds:.0f} s to train, data unchanged since")
        return known
    if known is not None and (last or quick):
        say(f"stock model of {known.measured_at}, with the share of the data that was drawn then")
        return replace(known, outdated=True)
    if not quick or fresh:
        bench_stock.generate(full, data)
        return _train_stock(full, fingerprint, data, lines, full=True)
    bench_stock.generate(small, data, bench_stock.SMALL)
    fingerprint = bench_stock.fingerprint(small, lock)
    known = _known(small)
    if known is not None and known.fingerprint == fingerprint:
        return known
    return _train_stock(small, fingerprint, data, lines, full=False)


class Clock:
    """Seconds since it was made, by the wall and by the work of the child processes that have ended since."""

    def __init__(self) -> None:
        self._wall, self._work = time.monotonic(), _work_of_children()

    def read(self) -> tuple[float, float]:
        """Wall and work seconds."""
        return round(time.monotonic() - self._wall, 1), round(_work_of_children() - self._work, 1)


def _work_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _train_stock(folder: Path, fingerprint: str, data: Data, lines: int | None, *, full: bool) -> Trained:
    shutil.rmtree(folder / "models", ignore_errors=True)
    shutil.rmtree(folder / "cache", ignore_errors=True)
    (folder / "trained.json").unlink(missing_ok=True)
    write_data(folder / "share", data)
    before, clock = round(os.getloadavg()[0], 2), Clock()
    with step(f"training the stock model on {amount(lines)}; 40 lines an intent take half an hour, all data hours" if full else "training a small stock model"):
        command = [str(python_of("stock")), "-m", "rasa", "train", "--fixed-model-name", "stock"]
        _run("stock", command, cwd=folder, log=folder / "train.log", cache=folder / "cache")
    seconds, cpu_seconds = clock.read()
    trained = Trained(
        folder=str(folder.relative_to(ROOT)),
        fingerprint=fingerprint,
        seconds=seconds,
        cpu_seconds=cpu_seconds,
        measured_at=datetime.now(timezone.utc).isoformat(timespec="seconds"),
        full=full,
        lines_per_intent=lines,
        load_average=before,
    )
    # Only a second training could use it, and that is to be measured from nothing too.
    shutil.rmtree(folder / "cache", ignore_errors=True)
    (folder / "trained.json").write_text(json.dumps(asdict(trained), indent=2), encoding="utf-8")
    return trained


def _known(folder: Path) -> Trained | None:
    """The record of the model in ``folder``, if there are both."""
    try:
        trained = Trained(**json.loads((folder / "trained.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return trained if trained.model.is_file() else None


def _run(name: str, command: Sequence[str], *, cwd: Path, log: Path, cache: Path) -> None:
    """Run a training with its words in ``log``; tells which component is trained and how far it is."""
    cache.mkdir(parents=True, exist_ok=True)
    variables = {**environment(), "RASA_CACHE_DIRECTORY": str(cache)}
    if name == "stock":
        # A folder called `actions` lies in the repository too.
        variables.pop("PYTHONPATH")
    lines: list[str] = []
    component, told = "", time.monotonic()
    with log.open("a", encoding="utf-8", buffering=1) as file:
        running = subprocess.Popen(
            list(command), cwd=cwd, env=variables, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, errors="replace",
        )  # fmt: skip
        assert running.stdout is not None
        for line in running.stdout:
            file.write(line)
            lines.append(line)
            started, percent = _STARTED.search(line), _PERCENT.search(line)
            if started is not None:
                component = started[1]
                say(f"  {name}: {component}")
            elif percent is not None and time.monotonic() - told > TELL_EVERY:
                told = time.monotonic()
                say(f"  {name}: {component} {percent[1]} %")
    if running.wait() != 0:
        print("".join(lines[-25:]), file=sys.stderr)
        sys.exit(f"The {name} model could not be trained; the lines above say why, all of them are in {log}.")
