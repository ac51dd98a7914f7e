"""Build the locked environments under ``.venv/``, each only when its lock file has changed.

``bot``: Python 3.10 with Rasa. ``desk``: Python 3.11 or newer with the desk. ``dev``: the desk with tests and linters.
``stock``: plain Rasa with jieba, which only `make bench` needs.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from tools.say import say, step

ROOT = Path(__file__).resolve().parent.parent
PYTHONS = {"bot": "3.10", "desk": "3.12", "dev": "3.12", "stock": "3.10"}
#: What `make setup` builds; the others are built by what needs them.
USUAL = ("bot", "desk", "dev")
#: pkuseg has no wheel and compiles; without a C compiler its failure is long and says nothing.
NEEDS_COMPILER = {"bot"}
_STAMP = "locked-by.txt"


def python_of(name: str) -> Path:
    """The interpreter of an environment."""
    return ROOT / ".venv" / name / "bin" / "python"


def ensure(*names: str) -> None:
    """Make sure that the named environments exist and match their lock files. Exits with a clear line when one cannot be built."""
    for name in names:
        lock = ROOT / "requirements" / f"{name}.txt"
        wanted = hashlib.sha256(lock.read_bytes()).hexdigest() + " " + PYTHONS[name]
        stamp = python_of(name).parent.parent / _STAMP
        if stamp.is_file() and stamp.read_text() == wanted and python_of(name).exists():
            continue
        if name in NEEDS_COMPILER and not (shutil.which("cc") or shutil.which("gcc")):
            sys.exit("pkuseg is compiled on installation and there is no C compiler. Install one (Debian: apt-get install gcc).")
        with step(f"environment {name} (Python {PYTHONS[name]}, {_count(lock)} packages)"):
            folder = ROOT / ".venv" / name
            _call(name, [str(uv()), "venv", "--quiet", "--allow-existing", "--python", PYTHONS[name], str(folder)])
            _call(name, [str(uv()), "pip", "sync", "--compile-bytecode", "--python", str(python_of(name)), str(lock)])
        stamp.write_text(wanted)


def uv() -> Path:
    """The pinned uv, installed into an environment of its own on first use."""
    folder = ROOT / ".venv" / "tools"
    program = folder / "bin" / "uv"
    lock = ROOT / "requirements" / "tools.txt"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    if not program.exists() or not (folder / _STAMP).is_file() or (folder / _STAMP).read_text() != wanted:
        say("uv, which builds the environments …")
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(lock)]
        _call("tools", pip)
        (folder / _STAMP).write_text(wanted)
    return program


def _call(name: str, command: list[str]) -> None:
    done = subprocess.run(command, cwd=ROOT)
    if done.returncode != 0:
        sys.exit(
            f"The environment {name} could not be built (see above). "
            "Check the connection to the package registry and the free disk space, then run the same command again: "
            "what is already there is kept."
        )


def _count(lock: Path) -> int:
    return sum(1 for line in lock.read_text().splitlines() if line[:1].isalnum())


if __name__ == "__main__":
    ensure(*(sys.argv[1:] or USUAL))
