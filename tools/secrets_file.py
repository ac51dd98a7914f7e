"""Secrets of a local installation: made once, kept in ``var/secrets.env``, readable by the owner only."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from tools.environments import ROOT

FILE = ROOT / "var" / "secrets.env"


def ensure_secrets(stores: list[str]) -> dict[str, str]:
    """The secrets by variable name; missing ones are made and written."""
    known = dict(line.split("=", 1) for line in FILE.read_text().splitlines() if "=" in line) if FILE.exists() else {}
    wanted = ["AFTERSALES_BOT_SECRET", "AFTERSALES_SESSION_SECRET", "DEMO_AGENT_PASSWORD"]
    wanted += [store_secret_name(store) for store in stores]
    missing = [name for name in wanted if name not in known]
    for name in missing:
        known[name] = secrets.token_urlsafe(9 if name == "DEMO_AGENT_PASSWORD" else 36)
    if missing:
        FILE.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(FILE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write("".join(f"{name}={value}\n" for name, value in known.items()))
    return known


def store_secret_name(store: str) -> str:
    """The variable that holds the secret with which a store's backend signs buyer tokens."""
    return "AFTERSALES_STORE_SECRET_" + store.upper().replace("-", "_")


def store_ids(folder: Path) -> list[str]:
    """The stores that have a store file."""
    return sorted(path.parent.name for path in folder.glob("*/store.yml"))
