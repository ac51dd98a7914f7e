"""``make lint``: style, types, the direction of imports, and every answer of every store."""

from __future__ import annotations

import subprocess
import sys

from tools.environments import ROOT, ensure, python_of
from tools.model import environment
from tools.say import step

CHECKS = (
    ("style (ruff)", ("ruff", "check", ".")),
    ("types (mypy, strict)", ("mypy",)),
    ("imports (import-linter)", ("lint-imports",)),
    ("answers and quick replies in every store", ("python", "-m", "aftersales.answers", "--store", "all", "--check")),
)


def main() -> int:
    """Run all checks; returns 1 when one fails, after all have said what they found."""
    ensure("dev")
    failed = []
    for name, (program, *arguments) in CHECKS:
        with step(name):
            command = [str(python_of("dev").parent / program), *arguments]
            if subprocess.run(command, cwd=ROOT, env=environment()).returncode != 0:
                failed.append(name)
    for name in failed:
        print(f"failed: {name}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
