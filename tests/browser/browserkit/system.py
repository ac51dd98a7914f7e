"""A real system for the tests: bot, actions and desk on free ports, with stores whose agents are on duty all day."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml

from aftersales.door.reader import Reader
from tools.environments import ROOT
from tools.model import MODEL
from tools.ports import free_ports
from tools.processes import System
from tools.run import load_demo_orders

AGENTS = ("小王", "小李")
PASSWORD = "a password for tests"


class ModelMissing(Exception):
    """There is no trained model to start the bot with."""


def copy_stores(into: Path) -> None:
    """Copy the demo stores, open around the clock: what a test sees must not depend on when it runs."""
    for store in sorted((ROOT / "stores").glob("*/store.yml")):
        document = yaml.safe_load(store.read_text(encoding="utf-8"))
        document["service_hours"] = {"daily": ["00:00-24:00"]}
        folder = into / store.parent.name
        folder.mkdir(parents=True)
        (folder / "store.yml").write_text(
            yaml.safe_dump(document, allow_unicode=True, sort_keys=False), encoding="utf-8"
        )
        for other in store.parent.iterdir():
            if other.name != "store.yml" and other.is_file():
                (folder / other.name).write_bytes(other.read_bytes())


@contextmanager
def running(folder: Path, *, trained_door: bool = True) -> Iterator[System]:
    """Start everything in ``folder`` and end it afterwards. Raises :class:`ModelMissing` or what the start raises.

    Without ``trained_door`` the compliance door has its patterns only: what it says of a text does not change with the
    next training.
    """
    if not MODEL.exists():
        raise ModelMissing(f"{MODEL} is missing: run `make model` first")
    copy_stores(folder / "stores")
    # A folder of stores has its rules beside it.
    (folder / "rules").symlink_to(ROOT / "rules")
    load_demo_orders(str(folder / "orders.db"))
    stores = sorted(path.name for path in (folder / "stores").iterdir())
    environment = {
        f"AFTERSALES_STORE_SECRET_{store.upper().replace('-', '_')}": secrets.token_hex(24) for store in stores
    }
    environment |= {
        "AFTERSALES_BOT_SECRET": secrets.token_hex(24),
        "AFTERSALES_SESSION_SECRET": secrets.token_hex(24),
        "AFTERSALES_STORES": str(folder / "stores"),
        "DEMO_AGENT_PASSWORD": PASSWORD,
    }
    if not trained_door:
        Reader.deaf().save(folder / "reader.npz")
        environment["AFTERSALES_DOOR_READER"] = str(folder / "reader.npz")
    with System(folder=folder, ports=free_ports(), secrets=environment, demo_agents=AGENTS) as system:
        system.start()
        yield system
