"""Secrets are made once, kept, and readable by the owner only."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from aftersales.settings import load_settings
from tools import secrets_file


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "var" / "secrets.env"
    monkeypatch.setattr(secrets_file, "FILE", path)
    return path


def test_made_once_and_kept(file: Path) -> None:
    first = secrets_file.ensure_secrets(["jd-digital"])
    assert secrets_file.ensure_secrets(["jd-digital"]) == first
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_new_store_gets_its_own_secret_and_the_others_keep_theirs(file: Path) -> None:
    first = secrets_file.ensure_secrets(["jd-digital"])
    second = secrets_file.ensure_secrets(["jd-digital", "own-food"])
    assert second.items() >= first.items()
    assert second["AFTERSALES_STORE_SECRET_OWN_FOOD"] != second["AFTERSALES_STORE_SECRET_JD_DIGITAL"]


def test_the_settings_accept_them(file: Path) -> None:
    secrets = secrets_file.ensure_secrets(["jd-digital"])
    settings = load_settings({name: value for name, value in secrets.items() if name.startswith("AFTERSALES_")})
    assert set(settings.store_secrets) == {"jd-digital"}
