"""Opening a case: a calm matter that a person has to finish, for which the bot collects what the person will need."""

from __future__ import annotations

from typing import Any

from rasa_sdk.events import ActiveLoop, SlotSet

from actions.context import CASE_FORM, Turn

#: A first message this long has said what is wrong; nobody should have to say it twice.
TELLING = 10
#: What the person reads in ``case_photo``.
HAS_PHOTO, NO_PHOTO = "已提供", "暂无"


def open_case(turn: Turn, kind: str, order_number: str | None) -> tuple[dict[str, Any], ...]:
    """Events that start the form for a case of this ``kind``, with what is known already.

    The form is started by event, not by rule: whether an order needs a case only the action knows, and a rule would
    need a branch for every skill.
    """
    detail = turn.text.strip() if turn.intent == kind and len(turn.text.strip()) >= TELLING else None
    photo = HAS_PHOTO if turn.entity("photo") else None
    return (
        SlotSet("case_kind", kind),
        SlotSet("case_detail", detail),
        SlotSet("case_photo", photo),
        SlotSet("case_ready", False),
        SlotSet("order_number", order_number),
        ActiveLoop(CASE_FORM),
    )
