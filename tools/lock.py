"""``make lock``: pin all packages anew, with hashes and without addresses."""

from __future__ import annotations

import subprocess
import sys

from tools.environments import PYTHONS, ROOT, uv
from tools.say import step


def main() -> int:
    """Compile every lock file; the desk's pins bind the dev environment."""
    for name in ("bot", "desk", "dev"):
        command = [
            str(uv()), "pip", "compile", "--upgrade", "--quiet", "--generate-hashes", "--no-header", "--no-emit-index-url",
            "--python-version", PYTHONS[name], f"requirements/{name}.in", "-o", f"requirements/{name}.txt",
        ]  # fmt: skip
        if name == "dev":
            command += ["-c", "requirements/desk.txt"]
        with step(f"requirements/{name}.txt"):
            if subprocess.run(command, cwd=ROOT).returncode != 0:
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
