"""What the case form takes out of a message.

Rasa's stock validation reads every message into the slot that is asked for, a question and an angry word included. Here
a message is an answer only when it can be one; anything else is left alone, so that Rasa rejects the form for this
turn, answers the question by its own rule, and asks again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActionExecutionRejected, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.case import NO_ORDER
from actions.case_opening import HAS_PHOTO, NO_PHOTO, TELLING
from actions.context import CASE_FORM, Turn, read_turn
from actions.order_answer import find_said_order
from actions.reply import Reply, Say, utter
from actions.services import Services, shared_services
from actions.skills import SKILLS
from aftersales.decisions.cases import CASES, required_slots
from aftersales.offsite import asks_offsite
from aftersales.orders import OrdersUnavailable

REQUESTED = "requested_slot"
#: More than a person can take in at a glance on the card.
LONGEST_DETAIL = 300
_STOP = re.compile(
    r"(?:(?:那就?|还是|先|不用|我)?(?:算了|取消|不弄了|不办了|不登记了?|不报了|不处理了|先不用了?|不用处理了?|不搞了|退出|不要了)"
    r"(?:吧|了|登记|申请|[,，。!！~ ])*)+"
)
#: Said to the question for a photo, this only means that there is none.
_NOT_WANTED = re.compile(r"(?:那|先)?(?:不用|不要|不需要|不必)(?:了|吧|谢谢|,|，|。)*")
_NO_NUMBER = re.compile(r"没有?(?:订单号|单号)|(?:找|查|看)不到|不(?:知道|记得|清楚)|忘了|没有")
_NO_PHOTO = re.compile(r"(?:没有?|没拍|没留|跳过|不方便|拍不了|发不了|不用|无|暂无|没法|丢了|扔了).{0,8}")
_CANNOT = re.compile(r"(?:拍|发|传)(?:不了|不上|不出)")
#: 发 as in 发现, 发错, 发烫 hands over nothing.
_SENT = r"(?:上传|发(?![现错货霉烫热黄票烧出生])|传|拍)"
#: Said to the question for a photo.
_PHOTO = re.compile(rf"\[(?:图片|照片|视频)\]|(?:已经?|都|刚)(?:刚|才|经)?{_SENT}|{_SENT}(?:了|过去了|好了|给你了)")
#: Said to any other question: the photo is named.
_NAMED_PHOTO = r"(?:照片|图片|相片|视频|截图|凭证|图)"
_PHOTO_SENT = re.compile(
    rf"\[(?:图片|照片|视频)\]|{_NAMED_PHOTO}[^,，。!！?？]{{0,6}}{_SENT}[^,，。!！?？]{{0,4}}(?:了|过|啦)(?:[呀啊哦吧]*)|"
    rf"(?:已经?|都|刚|早)(?:刚|才|就|经)*{_SENT}(?:过|了|给|你|您|们|好|去|一|两|三|几|张|个|段|条|的)*{_NAMED_PHOTO}(?:了|过|啦)?"
)
_NOT_SENT = re.compile(rf"{_CANNOT.pattern}|怎么|可以|能不能|能发|要不要|要发|没(?:发|传|拍|上传)|还没")
_FILLER = re.compile(r"[\s,，。!！~、]|我|已经|都|刚才|刚刚|之前|上面|前面|不是|嘛|吗")
#: These never describe what is wrong.
_TALK = {"greet", "goodbye", "thank", "affirm", "deny", "bot_challenge", "urge_reply", "chitchat", "spam_ad"}
#: These may describe it; so may whatever the classifier is unsure of.
_TELLING = {*CASES, "provide_info", "other", "nlu_fallback", "complaint", "fake_suspect"}
_SURE = 0.6
_QUESTION = re.compile(r"[?？]|吗|多久|怎么(?!回事)|什么时候|哪里|能不能|可不可以|可以.{0,6}(?:么|不)$|呢$")


async def read_form(turn: Turn, services: Services, requested: str | None) -> tuple[Reply, dict[str, Any]]:
    """What to say at once and which slots the message fills; nothing when it is no answer."""
    text = turn.text.strip()
    if _STOP.fullmatch(text) or (requested != "case_photo" and _NOT_WANTED.fullmatch(text)):
        return Reply(), {"case_kind": None}
    if asks_offsite(text):
        # 加我微信发你照片 is no answer; the rule declines it, and the form asks again.
        return Reply(), {}
    if turn.entity("order_number") or turn.entity("waybill_number") or requested == "order_number":
        reply, filled = await _order(turn, services, requested)
        if reply.says or filled:
            return reply, filled
    if turn.entity("photo") or (requested != "case_photo" and _says_photo_sent(text)):
        return Reply(), {"case_photo": HAS_PHOTO, **_told_beside(turn)}
    if requested == "case_photo":
        if turn.intent == "deny" or _NO_PHOTO.fullmatch(text) or _CANNOT.search(text):
            return Reply(), {"case_photo": NO_PHOTO}
        if _PHOTO.search(text):
            return Reply(), {"case_photo": HAS_PHOTO}
    if tells(turn) or (requested == "case_detail" and _answers_briefly(turn)):
        return Reply(), _with_detail(turn, text)
    return Reply(), {}


def _says_photo_sent(text: str) -> bool:
    return _PHOTO_SENT.search(text) is not None and _NOT_SENT.search(text) is None


def _with_detail(turn: Turn, text: str) -> dict[str, Any]:
    said = turn.slots.get("case_detail")
    return {"case_detail": (f"{said}；{text}" if said else text)[:LONGEST_DETAIL]}


def _told_beside(turn: Turn) -> dict[str, Any]:
    """What a message with a photo says besides that there is one: 照片已经发过去了 is no description."""
    rest = _FILLER.sub("", _PHOTO_SENT.sub("", turn.text))
    return _with_detail(turn, turn.text.strip()) if len(rest) >= TELLING and tells(turn) else {}


def tells(turn: Turn) -> bool:
    """Whether the message says what is wrong, rather than asking something or just talking."""
    if not turn.text.strip() or turn.intent in _TALK or turn.intent == "handoff":
        return False
    if turn.intent in CASES and not _QUESTION.search(turn.text):
        return True
    unsure = turn.intent in _TELLING or turn.confidence < _SURE
    return unsure and not _QUESTION.search(turn.text)


def _answers_briefly(turn: Turn) -> bool:
    """都问过了, 没有找到: a yes or no that says enough."""
    return turn.intent in ("affirm", "deny") and len(turn.text.strip()) > 3 and not _QUESTION.search(turn.text)


async def _order(turn: Turn, services: Services, requested: str | None) -> tuple[Reply, dict[str, Any]]:
    typed = turn.entity("order_number") or turn.entity("waybill_number")
    if turn.buyer.guest:
        # A stranger's number cannot be checked; the person will.
        if typed is not None:
            return Reply(), {"order_number": typed}
    else:
        try:
            found = await find_said_order(turn, services)
        except OrdersUnavailable:
            return Reply(), {"order_number": typed} if typed else {}
        if found.unknown:
            return Reply((Say("utter_order_not_found"),)), {"order_number": None}
        if found.order is not None and (typed is not None or turn.order_number is None):
            return Reply(), {"order_number": found.order.number}
    if requested == "order_number" and turn.intent == "affirm" and len(turn.offered) == 1:
        return Reply(), {"order_number": turn.offered[0]}
    if requested == "order_number" and (turn.intent == "deny" or _NO_NUMBER.search(turn.text)):
        return Reply(), {"order_number": NO_ORDER}
    return Reply(), {}


def asks_about_another_order(turn: Turn, requested: str | None) -> bool:
    """Whether the number in the message belongs to a question in between, and is no correction of the case."""
    number = turn.entity("order_number")
    return number is not None and requested != "order_number" and turn.intent in SKILLS and turn.intent not in CASES


def _order_before(tracker: Tracker) -> str | None:
    """The order of the case as it was before the latest message."""
    before = tracker.events[: -len(_after_last_message(tracker)) - 1]
    values = [
        event["value"] for event in before if event.get("event") == "slot" and event.get("name") == "order_number"
    ]
    return values[-1] if values else None


def next_slot(slots: Mapping[str, Any]) -> str | None:
    """What to ask for next; nothing when the case is complete or called off."""
    kind = slots.get("case_kind")
    if not kind:
        return None
    return next((slot for slot in required_slots(str(kind)) if not slots.get(slot)), None)


def is_fresh(tracker: Tracker) -> bool:
    """Whether the form looks at the message for the first time.

    Rasa asks for a validation once more when it comes back from a question in between; reading the message again would
    take that question for an answer.
    """
    done = [event.get("name") for event in _after_last_message(tracker) if event.get("event") == "action"]
    return all(name in ("action_extract_slots", CASE_FORM, None) for name in done)


def _after_last_message(tracker: Tracker) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = []
    for event in reversed(tracker.events):
        if event.get("event") == "user":
            break
        events.append(event)
    return events


class ValidateCaseForm(Action):
    """Reads a message for the case form and says which slot comes next."""

    def __init__(self, services: Services | None = None) -> None:
        self._services = services

    def name(self) -> str:
        """The action's name in the domain."""
        return "validate_case_form"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Slot events for the form, the requested slot last."""
        services = self._services or shared_services()
        turn = read_turn(tracker, services)
        requested = tracker.slots.get(REQUESTED)
        filled: dict[str, Any] = {}
        if is_fresh(tracker):
            if asks_about_another_order(turn, requested):
                # Rasa has put the number into the slot already; the case keeps its own order, and the rule answers.
                return [SlotSet("order_number", _order_before(tracker)), ActionExecutionRejected(CASE_FORM)]
            reply, filled = await read_form(turn, services, requested)
            utter(dispatcher, reply)
        return [
            *(SlotSet(name, value) for name, value in filled.items()),
            SlotSet(REQUESTED, next_slot({**tracker.slots, **filled})),
        ]
