"""Whole conversations through the real channel, told as data in ``dialogues/*.yml``.

A dialogue names a store, a buyer (or ``guest``) and lines. A line is what the buyer does (``says`` or ``taps``) and what
must come of it: ``outcome``, the ``templates`` in order, words the answer ``contains`` or ``lacks``, the ``choices``
it offers (each a part of a title), the ``order`` the conversation is about afterwards (null: none), ``emotion``,
``intent``, and ``handoff`` (any of reason, group, priority, card fields order_number/intent, collected).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from botkit.desk_side import Buyer, Desk

FOLDER = Path(__file__).parent / "dialogues"
EXPECTATIONS = {
    "outcome", "templates", "contains", "lacks", "choices", "order", "emotion", "intent", "handoff",
}  # fmt: skip
HANDOFF = {"reason", "group", "priority", "order_number", "intent", "collected"}
#: What every answer must be free of: a placeholder that was not filled, a waiting word.
NEVER = ("{", "}", "None", "稍等", "等一下")


def dialogues() -> Iterator[Any]:
    """All dialogues. Raises ValueError for a key nobody checks, which would pass without testing anything."""
    for path in sorted(FOLDER.glob("*.yml")):
        for dialogue in yaml.safe_load(path.read_text(encoding="utf-8"))["dialogues"]:
            if unknown := set(dialogue) - {"name", "store", "buyer", "lines"}:
                raise ValueError(f"{path.name}: {dialogue['name']}: unknown {unknown}")
            for line in dialogue["lines"]:
                unknown = set(line) - EXPECTATIONS - {"says", "taps"}
                unknown |= set(line.get("handoff") or ()) - HANDOFF
                if unknown or len({"says", "taps"} & set(line)) != 1 or not EXPECTATIONS & set(line):
                    raise ValueError(f"{path.name}: {dialogue['name']}: {line}: unknown {unknown} or nothing to check")
            yield pytest.param(dialogue, id=f"{path.stem}: {dialogue['name']}")


@pytest.mark.parametrize("dialogue", list(dialogues()))
def test_dialogue(desk: Desk, dialogue: dict[str, Any]) -> None:
    buyer = Buyer(desk, dialogue["store"], dialogue["buyer"])
    for line in dialogue["lines"]:
        answer = buyer.taps(line["taps"]) if "taps" in line else buyer.says(line["says"])
        problems = list(_problems(line, answer))
        assert not problems, _story(line, answer, problems)


def _problems(line: dict[str, Any], answer: dict[str, Any]) -> Iterator[str]:
    """What is not as the line says."""
    text = "\n".join(message["text"] for message in answer["messages"])
    titles = [choice["title"] for message in answer["messages"] for choice in message["choices"]]
    facts = {
        "outcome": answer["outcome"],
        "templates": [message["template"] for message in answer["messages"]],
        "order": answer["carry"].get("order_number"),
        "emotion": answer["reading"]["emotion"],
        "intent": answer["reading"]["intent"],
    }
    for name, fact in facts.items():
        if name in line and line[name] != fact:
            yield f"{name} is {fact!r}, not {line[name]!r}"
    yield from (f"{part!r} is not said" for part in line.get("contains", ()) if part not in text)
    yield from (f"{part!r} is said" for part in (*line.get("lacks", ()), *NEVER) if part in text)
    yield from (f"no choice {part!r}" for part in line.get("choices", ()) if not any(part in title for title in titles))
    if "handoff" in line:
        yield from _handoff_problems(line["handoff"], answer["handoff"])
    elif answer["handoff"] is not None:
        yield f"handed off: {answer['handoff']['reason']}"


def _handoff_problems(wanted: dict[str, Any] | None, handoff: dict[str, Any] | None) -> Iterator[str]:
    if wanted is None or handoff is None:
        if wanted != handoff:
            yield f"the handoff is {handoff}, not {wanted}"
        return
    facts = {name: handoff[name] for name in ("reason", "group", "priority")} | handoff["card"]
    for name, value in wanted.items():
        if name == "collected":
            missing = {key: part for key, part in value.items() if part not in facts["collected"].get(key, "")}
            if missing:
                yield f"collected is {facts['collected']}, without {missing}"
        elif facts[name] != value:
            yield f"handoff {name} is {facts[name]!r}, not {value!r}"


def _story(line: dict[str, Any], answer: dict[str, Any], problems: list[str]) -> str:
    said = "\n".join(f"  ({message['template']}) {message['text']}" for message in answer["messages"])
    return f"{line.get('says') or line.get('taps')}\n{said}\n" + "\n".join(f"- {problem}" for problem in problems)
