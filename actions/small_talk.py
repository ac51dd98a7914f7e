"""Talk that is no question about an order: a joke, a tear, an ask to go elsewhere, the opening hours."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.reply import Reply, Say, utter
from aftersales.offsite import asks_offsite

#: The answer about a person names the hours. A courier's or a pick-up point's hours are not ours.
_HOURS = re.compile(
    r"(?:几点|什么时候|啥时候|多会儿|几时).{0,3}(?:上班|下班|在线|营业|开门|关门)|(?:上班|工作|营业|在线|服务)时间|"
    r"(?:上班|下班|营业|在线)(?:到|是|从)?几点"
)
_NOT_OURS = re.compile(r"快递|驿站|菜鸟|网点|物流|派送|仓库|我(?:们公司)?(?:几点|上班|下班)")
#: A face sent as a word in brackets, as the platforms' apps do.
_FACE = re.compile(r"\[[^\[\]]{1,4}\]")
_CRYING = re.compile(r"(?:呜|唔|555|哭|泪|了|死|晕|啊|嘤|~|～|\W)+")
_TEARS = re.compile(r"呜|哭|555|嘤")


def response_for(text: str) -> str:
    """The response to small talk: a message that only cries or only marks gets asked what is the matter."""
    if asks_offsite(text):
        return "utter_offsite_declined"
    if _HOURS.search(text) and not _NOT_OURS.search(text):
        return "utter_human_request"
    bare = _FACE.sub("", text)
    if not any(character.isalnum() for character in bare) or (_CRYING.fullmatch(bare) and _TEARS.search(bare)):
        return "utter_ask_back_nothing"
    return "utter_chitchat"


class ActionSmallTalk(Action):
    """Answers small talk by what is in it; the classifier has one intent for all of it."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_small_talk"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Answer the latest message."""
        text = str((tracker.latest_message or {}).get("text") or "")
        return utter(dispatcher, Reply((Say(response_for(text)),)))
