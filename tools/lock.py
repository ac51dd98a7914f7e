"""``make lock``: pin all packages anew, with hashes and without addresses."""

from __future__ import annotations

import subprocess
import sys

from tools.environments import PYTHONS, ROOT, uv
from tools.say import step

#: Whose pins an environment must share: tests run on what is shipped, the comparison on the same libraries.
BOUND_BY = {"dev": "desk", "stock": "bot"}


def main() -> int:
    """Compile every lock file; the desk's pins bind the dev environment, the bot's bind the stock one."""
    for name in ("bot", "desk", "dev", "stock"):
        command = [
            str(uv()), "pip", "compile", "--upgrade", "--quiet", "--generate-hashes", "--no-header", "--no-emit-index-url",
            "--python-version", PYTHONS[name], f"requirements/{name}.in", "-o", f"requirements/{name}.txt",
        ]  # fmt: skip
        if name in BOUND_BY:
            command += ["-c", f"requirements/{BOUND_BY[name]}.txt"]
        with step(f"requirements/{name}.txt"):
            if subprocess.run(command, cwd=ROOT).returncode != 0:
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
