"""``make test``: everything from nothing, then every test, each kind by itself, with a summary at the end.

``make test`` runs all; ``python -m tools.test core desk`` runs the named kinds only.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tools import lint
from tools.door import ensure_door
from tools.environments import ROOT, ensure, python_of
from tools.model import MODEL, ensure_model, environment
from tools.say import say

#: Seconds that one kind of test may take; the longest takes about three minutes.
LONGEST = 900
#: What the tests need beside Python: Debian package, and how to tell that it is there.
DEBIAN = {
    "postgresql": lambda: any(Path("/usr/lib/postgresql").glob("*/bin/initdb")),
    "chromium": lambda: shutil.which("chromium") is not None,
    "nodejs": lambda: shutil.which("node") is not None,
    "fonts-noto-cjk": lambda: any(Path("/usr/share/fonts/opentype/noto").glob("NotoSansCJK*")),
}


def main() -> int:
    """Returns 0 when everything passed."""
    wanted = sys.argv[1:]
    unknown = [name for name in wanted if name not in KINDS]
    if unknown:
        print(f"unknown: {', '.join(unknown)}; there are: {', '.join(KINDS)}", file=sys.stderr)
        return 2
    ensure("bot", "desk", "dev")
    ensure_debian_packages()
    ensure_model()
    ensure_door()
    results: list[tuple[str, bool, float]] = []
    for name, run in KINDS.items():
        if wanted and name not in wanted:
            continue
        say(f"--- {name}")
        started = time.monotonic()
        passed = run()
        results.append((name, passed, time.monotonic() - started))
    print("\nsummary")
    for name, passed, seconds in results:
        print(f"  {'passed' if passed else 'FAILED'}  {seconds:6.0f} s  {name}")
    return 0 if all(passed for _, passed, _ in results) else 1


def ensure_debian_packages() -> None:
    """Install what is missing through apt as root, or say what to install."""
    missing = [name for name, there in DEBIAN.items() if not there()]
    if not missing:
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        sys.exit(f"The tests need {', '.join(missing)}. Install them (Debian: apt-get install {' '.join(missing)}) and run again.")
    say(f"installing {', '.join(missing)} …")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], env=quiet, check=True)
    subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing], env=quiet, check=True)


def pytest(env: str, *paths: str) -> Callable[[], bool]:
    """A kind of test that pytest runs in an environment."""
    return lambda: call([str(python_of(env)), "-m", "pytest", *paths])


def rasa(*arguments: str) -> Callable[[], bool]:
    """A kind of test that Rasa's own tools run."""
    return lambda: call([str(python_of("bot")), "-m", "bot", *arguments])


def call(command: list[str]) -> bool:
    """Run a command and show what it prints. One that hangs is ended and has failed."""
    try:
        return subprocess.run(command, cwd=ROOT, env=environment(), timeout=LONGEST).returncode == 0
    except subprocess.TimeoutExpired:
        print(f"ended after {LONGEST} s without an end: {' '.join(command)}", file=sys.stderr)
        return False


def node() -> bool:
    """The pages' pure modules, by Node's own test runner."""
    files = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "web" / "tests").rglob("*.test.js"))
    return bool(files) and call(["node", "--test", *files])


KINDS: dict[str, Callable[[], bool]] = {
    "lint": lambda: lint.main() == 0,
    "core": pytest("dev", "tests/core", "tests/reading", "tests/tools"),
    "core-on-the-bots-python": pytest("bot", "tests/core", "tests/reading"),
    "bot-units": pytest("bot", "tests/bot_units", "tests/actions"),
    "desk": pytest("dev", "tests/desk", "tests/desk_web"),
    "pages": node,
    "data": rasa("data", "validate", "--fail-on-warnings", "--quiet"),
    "conversations": rasa(
        "test", "core", "--model", str(MODEL.relative_to(ROOT)), "--stories", "tests/conversations", "--e2e",
        "--fail-on-prediction-errors", "--out", "reports/conversations", "--quiet",
    ),
    "dialogues": pytest("dev", "tests/bot"),
    "browser": pytest("dev", "tests/browser"),
}  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
