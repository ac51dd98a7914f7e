"""What happens to a text before it is stored, and before the bot sees it."""

from __future__ import annotations

import unicodedata

from desk.errors import BadRequest, TextEmpty, TextTooLong

#: Longest client id, as the protocol says.
LONGEST_CLIENT_ID = 64

#: Control, format (zero-width, direction marks) and lone surrogate characters: none of them can be seen, all can hide.
_HIDDEN = frozenset({"Cc", "Cf", "Cs"})


def clean(text: str, longest: int) -> str:
    """Return ``text`` without what cannot be seen, line breaks kept, ends trimmed; otherwise as it was typed.

    Raises TextEmpty when nothing is left, TextTooLong for more than ``longest`` characters.
    """
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    kept = "".join(one for one in plain if one == "\n" or unicodedata.category(one) not in _HIDDEN).strip()
    if not kept:
        raise TextEmpty(field="text")
    if len(kept) > longest:
        raise TextTooLong(field="text")
    return kept


def for_bot(text: str) -> str:
    """Return ``text`` so that it cannot be one of Rasa's commands, which begin with a slash.

    The text is :func:`clean`, so only white space can stand before the slash.
    """
    bare = text.lstrip()
    return "\uff0f" + bare[1:] if bare.startswith("/") else text


def check_client_id(client_id: str) -> str:
    """Return ``client_id``. Raises BadRequest for an empty, too long or unprintable one."""
    if not 0 < len(client_id) <= LONGEST_CLIENT_ID or not client_id.isprintable():
        raise BadRequest(field="client_id")
    return client_id
