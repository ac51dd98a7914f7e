"""Train the bot's model when it is missing or older than what it is made of."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Sequence

from tools.environments import ROOT, ensure, python_of
from tools.say import say, step

MODEL = ROOT / "models" / "aftersales.tar.gz"
STAMP = ROOT / "models" / "built-from.txt"
_STARTED = re.compile(r"(Starting to train component '\w+')")
#: All that shapes the model. Stores are not here: their terms are read while the bot runs.
SOURCES = (
    "config.yml",
    "domain.yml",
    "requirements/bot.txt",
    "data/**/*",
    "bot/nlu/*.py",
    "bot/policies/*.py",
    "bot/language.py",
    "bot/segmenter.py",
    "aftersales/escalation.py",
    "aftersales/reading/*.py",
    "rules/lexicons/*",
)


def fingerprint(sources: Sequence[str] = SOURCES) -> str:
    """One hash over all files that ``sources`` (patterns below the project's folder) name."""
    digest = hashlib.sha256()
    files = {path for pattern in sources for path in ROOT.glob(pattern) if path.is_file()}
    for path in sorted(files):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def ensure_model() -> None:
    """Train unless the model is there and up to date. Exits when training fails."""
    wanted = fingerprint()
    if MODEL.is_file() and STAMP.is_file() and STAMP.read_text() == wanted:
        return
    python = str(python_of("bot"))
    with step("Chinese pipeline (spaCy, pkuseg, user dictionary)"):
        _call([python, "-m", "bot.language"])
    with step("training the model"):
        _train([
            python, "-m", "bot", "train", "--fixed-model-name", MODEL.name.removesuffix(".tar.gz"),
            "--out", "models", "--augmentation", "0", "--skip-validation",
        ])  # fmt: skip
    STAMP.write_text(wanted)


def environment() -> dict[str, str]:
    """The environment for Rasa's own commands: no telemetry, quiet TensorFlow."""
    return {
        **os.environ,
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "PYTHONWARNINGS": "ignore",
        "PYTHONPATH": str(ROOT),
    }


def _train(command: list[str]) -> None:
    """Run the training with its own words in a log, and say which part is being trained."""
    log = ROOT / "var" / "logs" / "train.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    lines: list[str] = []
    with log.open("w", encoding="utf-8") as file:
        running = subprocess.Popen(
            command, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
        )
        assert running.stdout is not None
        for line in running.stdout:
            file.write(line)
            lines.append(line)
            if (match := _STARTED.search(line)) is not None:
                say(f"  {match[1]}")
    if running.wait() != 0:
        print("".join(lines[-25:]), file=sys.stderr)
        sys.exit(f"The model could not be trained: mend what the lines above name, then run the same command again ({log}).")


def _call(command: list[str]) -> None:
    if subprocess.run(command, cwd=ROOT, env=environment()).returncode != 0:
        sys.exit("The Chinese pipeline could not be built: mend what the lines above name, then run the same command again.")


if __name__ == "__main__":
    ensure("bot")
    ensure_model()
