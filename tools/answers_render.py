"""How ``docs/answers.md`` is laid out: by store, then by topic, one row a question. Pure: answers in, text out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

#: What a topic of tools/answers_questions.yml is called beside its Chinese name.
TOPICS = {
    "退款": "Refunds",
    "退换": "Returns and exchanges",
    "物流": "Shipping",
    "价格": "Prices and gifts",
    "发票": "Invoices",
    "商品": "Goods",
    "其他": "Payment, account, claims",
    "闲聊": "Small talk",
}
#: What came of a turn, where it is not simply answered.
OUTCOMES = {
    "answered": "",
    "asked_back": "asks back",
    "collecting": "opens a case",
    "handed_off": "a person takes over",
    "failed": "failed",
}
_INTRO = """# What buyers read

One question for each routine intent in each demo store, and the bot's answer as the buyer reads it. Generated: `make answers` puts the questions of [`tools/answers_questions.yml`](../tools/answers_questions.yml) to the running bot and writes this page. Change a wording in `data/responses/` or a term in `stores/<id>/store.yml`, not here.

Everything is asked at {clock} (China time), and the demo orders are dated relative to that moment, so the page stays the same from day to day. Each question is a conversation of its own. Under the question stands who asks, the intent that was read, and what came of it where that is more than an answer. <kbd>Keys</kbd> are the choices under an answer; ☞ is a choice the buyer tapped. A blank line parts two messages of the same answer.
"""


@dataclass(frozen=True)
class Shop:
    """A demo store; ``people``: buyer id → (name, what is worth asking as them)."""

    id: str
    name: str
    platform: str
    tagline: str
    people: Mapping[str, tuple[str, str]]


def render(answers: Iterable[Mapping[str, Any]], shops: Sequence[Shop], clock: datetime) -> str:
    """The page. ``answers``: as :class:`tools.answers_page.Bot` records them, in the order to show within a topic."""
    every = list(answers)
    parts = [_INTRO.format(clock=f"{clock:%H:%M} on {clock:%A} {clock.day} {clock:%B %Y}")]
    parts.append(" · ".join(f"[{shop.name}](#{shop.name}-{shop.id})" for shop in shops) + "\n")
    for shop in shops:
        parts += [f"## {shop.name} `{shop.id}`", f"Platform `{shop.platform}`. {shop.tagline}."]
        parts.append("\n".join(f"- **{name}**: {note}" for name, note in shop.people.values()))
        for topic, english in TOPICS.items():
            rows = [_row(one, shop) for one in every if (one["store"], one["topic"]) == (shop.id, topic)]
            if rows:
                parts += [f"### {topic} · {english}", "| Buyer | Bot |\n|---|---|\n" + "\n".join(rows)]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def _row(answer: Mapping[str, Any], shop: Shop) -> str:
    first, *later = answer["exchanges"]
    outcome = OUTCOMES[answer["outcome"]]
    about = [shop.people[answer["buyer"]][0], f"`{answer['read']}`", *([outcome] if outcome else [])]
    said = [_messages(first["bot"])] + [f"☞ <kbd>{_cell(one['buyer'])}</kbd><br>{_messages(one['bot'])}" for one in later]
    return f"| {_cell(first['buyer'])}<br><sub>{' · '.join(about)}</sub> | {'<br><br>'.join(said)} |"


def _messages(messages: Iterable[Mapping[str, Any]]) -> str:
    return "<br><br>".join(_message(one) for one in messages)


def _message(message: Mapping[str, Any]) -> str:
    buttons = " ".join(f"<kbd>{_cell(title)}</kbd>" for title in message["buttons"])
    return _cell(message["text"]) + (f"<br>{buttons}" if buttons else "")


def _cell(text: str) -> str:
    """Buyers' and merchants' words as one table cell: nothing in them is markup."""
    for plain, safe in (("&", "&amp;"), ("<", "&lt;"), ("|", "\\|"), ("`", "\\`"), ("*", "\\*"), ("~", "\\~")):
        text = text.replace(plain, safe)
    return text.strip().replace("\n", "<br>")
