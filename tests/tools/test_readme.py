"""The README's table of variables and list of commands say what the code says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from aftersales.settings import VARIABLES

ROOT = Path(__file__).resolve().parents[2]
READMES = ("README.md", "README.zh-CN.md")


@pytest.mark.parametrize("name", READMES)
def test_every_variable_is_in_the_table(name: str) -> None:
    rows = re.findall(r"^\| `AFTERSALES_([A-Z_]+)`", (ROOT / name).read_text(encoding="utf-8"), re.M)
    assert set(VARIABLES) <= set(rows)
    assert set(rows) - set(VARIABLES) <= {"STORE_SECRET_"}


@pytest.mark.parametrize("name", READMES)
def test_every_command_exists(name: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    used = set(re.findall(r"make (?:-s )?([a-z][a-z-]+)\b", (ROOT / name).read_text(encoding="utf-8")))
    assert {"run", "test"} <= used <= targets
