"""What the bot's parts share, built once a process.

Rasa constructs our NLG, tracker store, endpoint and channel itself, from its own configuration files, so they cannot be
handed to one another; they ask here. Nothing is opened before the first question.
"""

from __future__ import annotations

import os
from functools import lru_cache

from aftersales.answers.replies import gate
from aftersales.settings import Settings, load_settings
from aftersales.stores import StoreDirectory


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The environment; secrets are asked for by the channel, the only part that talks to somebody."""
    return load_settings(os.environ, secrets_required=False)


@lru_cache(maxsize=1)
def stores() -> StoreDirectory:
    """The stores, read again when their files change; one whose own replies may not be said stops the start."""
    return StoreDirectory(settings().stores, settings().rules, accept=gate(settings().rules))
