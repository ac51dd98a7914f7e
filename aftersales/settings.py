"""The one reader of the environment, for all three processes.

Every variable is listed in :data:`VARIABLES`; a variable with our prefix that is not listed stops the start, and so
does a missing secret. Nothing here has a secret as a default: ``make run`` makes secrets once and keeps them in ``var/``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aftersales.errors import ConfigurationError

PREFIX = "AFTERSALES_"
STORE_SECRET_PREFIX = PREFIX + "STORE_SECRET_"
SHORTEST_SECRET = 32

#: Every variable we read: what it is for, and its default (``None``: it must be set).
VARIABLES: Mapping[str, tuple[str, str | None]] = {
    "STORES": ("folder with one folder a store", "stores"),
    "RULES": ("folder with the rule catalogue, platform packs and lexicons", "rules"),
    "DOOR_READER": ("the trained part of the compliance door, a file that `make model` writes", "build/door/reader.npz"),
    "DATABASE_URL": ("the desk's database, an SQLAlchemy URL (sqlite:///FILE or postgresql+asyncpg://…)", "sqlite:///var/desk.db"),
    "TRACKERS": ("the bot's episodes, a SQLite file", "var/trackers.db"),
    "ORDERS": ("where orders come from: sqlite:FILE or the base address of an order system", "sqlite:var/orders.db"),
    "ORDERS_TOKEN": ("bearer token for the order system", ""),
    "DESK_HOST": ("address the desk listens on", "127.0.0.1"),
    "DESK_PORT": ("port the desk listens on", "8000"),
    "DESK_ORIGINS": ("further origins that may open the storefront socket, separated by commas", ""),
    "BOT_URL": ("address of the bot", "http://127.0.0.1:5005"),
    "ACTIONS_URL": ("address of the action server", "http://127.0.0.1:5055"),
    "DEMO": ("1: offer the demo storefront and its tokens", "0"),
    "LOG_LEVEL": ("DEBUG, INFO, WARNING or ERROR", "INFO"),
    "BOT_SECRET": ("shared by desk and bot", None),
    "SESSION_SECRET": ("signs the agents' sessions and guest tokens", None),
}


@dataclass(frozen=True)
class Settings:
    """What the environment says, typed. Field names are the variables' names in lower case."""

    stores: Path
    rules: Path
    door_reader: Path
    database_url: str
    trackers: Path
    orders: str
    orders_token: str
    desk_host: str
    desk_port: int
    desk_origins: tuple[str, ...]
    bot_url: str
    actions_url: str
    demo: bool
    log_level: str
    bot_secret: str
    session_secret: str
    #: Secret with which a store's backend signs buyer tokens, by store id.
    store_secrets: Mapping[str, str]


def load_settings(environ: Mapping[str, str], *, secrets_required: bool = True) -> Settings:
    """Read the settings out of ``environ``.

    ``secrets_required`` is false for tools that talk to nobody (``make parse``).
    Raises :class:`ConfigurationError` for an unknown variable, a bad value or a missing secret.
    """
    values: dict[str, str] = {}
    store_secrets: dict[str, str] = {}
    for name, value in environ.items():
        if not name.startswith(PREFIX):
            continue
        if name.startswith(STORE_SECRET_PREFIX):
            store = name[len(STORE_SECRET_PREFIX) :].lower().replace("_", "-")
            store_secrets[store] = _secret(name, value)
        elif name[len(PREFIX) :] not in VARIABLES:
            known = ", ".join(PREFIX + key for key in VARIABLES)
            raise ConfigurationError("environment", name, "is not a known variable", f"Remove it or use one of: {known}")
        else:
            values[name[len(PREFIX) :]] = value
    for key, (purpose, default) in VARIABLES.items():
        if key in values:
            continue
        if default is None and secrets_required:
            raise ConfigurationError(
                "environment",
                PREFIX + key,
                f"is not set ({purpose})",
                f"Set it to at least {SHORTEST_SECRET} random characters; `make run` does so by itself",
            )
        values[key] = default or ""
    return Settings(
        stores=Path(values["STORES"]),
        rules=Path(values["RULES"]),
        door_reader=Path(values["DOOR_READER"]),
        database_url=values["DATABASE_URL"],
        trackers=Path(values["TRACKERS"]),
        orders=values["ORDERS"],
        orders_token=values["ORDERS_TOKEN"],
        desk_host=values["DESK_HOST"],
        desk_port=_port(values["DESK_PORT"]),
        desk_origins=tuple(origin.strip() for origin in values["DESK_ORIGINS"].split(",") if origin.strip()),
        bot_url=values["BOT_URL"].rstrip("/"),
        actions_url=values["ACTIONS_URL"].rstrip("/"),
        demo=_flag("DEMO", values["DEMO"]),
        log_level=_level(values["LOG_LEVEL"]),
        bot_secret=_secret(PREFIX + "BOT_SECRET", values["BOT_SECRET"]) if secrets_required else values["BOT_SECRET"],
        session_secret=_secret(PREFIX + "SESSION_SECRET", values["SESSION_SECRET"])
        if secrets_required
        else values["SESSION_SECRET"],
        store_secrets=store_secrets,
    )


def _secret(name: str, value: str) -> str:
    if len(value) < SHORTEST_SECRET:
        raise ConfigurationError(
            "environment", name, "is too short to be a secret", f"Use at least {SHORTEST_SECRET} random characters"
        )
    return value


def _port(value: str) -> int:
    if not value.isdigit() or not 0 < int(value) < 65536:
        raise ConfigurationError("environment", PREFIX + "DESK_PORT", f"{value!r} is no port", "Use 1 to 65535")
    return int(value)


def _flag(key: str, value: str) -> bool:
    if value not in ("0", "1"):
        raise ConfigurationError("environment", PREFIX + key, f"{value!r} is neither 0 nor 1", "Use 0 or 1")
    return value == "1"


def _level(value: str) -> str:
    if value not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        raise ConfigurationError(
            "environment", PREFIX + "LOG_LEVEL", f"{value!r} is no level", "Use DEBUG, INFO, WARNING or ERROR"
        )
    return value
