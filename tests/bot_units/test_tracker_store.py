"""Episodes: bounded, written together with the answer of their turn, and there again after a restart."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rasa.shared.core.events import Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from unitkit.talks import did, domain, form, said, slots, tracker

from bot.trackers import TURNS_KEPT, EpisodeTrackerStore

TALK = "c_1"
ANSWER = {"turn": "m_1", "outcome": "answered", "messages": [{"text": "在路上。"}]}


@pytest.fixture()
def file(tmp_path: Path) -> Path:
    return tmp_path / "trackers" / "episodes.db"


@pytest.fixture()
def store(file: Path) -> Iterator[EpisodeTrackerStore]:
    store = EpisodeTrackerStore(domain(), path=str(file))
    yield store
    store.close()


def restarted(file: Path) -> EpisodeTrackerStore:
    """Another process that opens the same file."""
    return EpisodeTrackerStore(domain(), path=str(file))


def read(store: EpisodeTrackerStore, conversation: str = TALK) -> DialogueStateTracker | None:
    return asyncio.run(store.retrieve(conversation))


def take_turn(
    store: EpisodeTrackerStore, kept: DialogueStateTracker, turn: str = "m_1", *, at: float = 1.0, ended: bool = False
) -> None:
    """What the channel does with a turn that was answered."""
    store.open_turn(kept.sender_id)
    asyncio.run(store.save(kept))
    store.commit(kept.sender_id, turn, {**ANSWER, "turn": turn}, at=at, ended=ended)


def texts(kept: DialogueStateTracker | None) -> list[str | None]:
    assert kept is not None
    return [event.text for event in kept.events if isinstance(event, UserUttered)]


def questions(number: int) -> list[Event]:
    return [
        event for n in range(1, number + 1) for event in (*said("refund_how", f"第{n}句"), *did("utter_refund_how"))
    ]


def test_there_is_no_episode_before_the_first_message(store: EpisodeTrackerStore) -> None:
    assert read(store) is None
    assert asyncio.run(store.keys()) == []


def test_an_episode_is_there_after_a_restart(store: EpisodeTrackerStore, file: Path) -> None:
    take_turn(store, tracker(questions(2), slots({"order_number": "330918274651", "offered_orders": ["1", "2"]})))
    again = read(restarted(file))
    assert texts(again) == ["第1句", "第2句"]
    assert again is not None
    assert again.get_slot("order_number") == "330918274651"
    assert again.get_slot("offered_orders") == ["1", "2"]


def test_an_episode_keeps_the_latest_messages_only(store: EpisodeTrackerStore, file: Path) -> None:
    for number in (TURNS_KEPT, TURNS_KEPT + 1, TURNS_KEPT + 40):
        take_turn(store, tracker(questions(number)), f"m_{number}")
        wanted = [f"第{n}句" for n in range(number - TURNS_KEPT + 1, number + 1)]
        assert texts(read(store)) == wanted
        assert texts(read(restarted(file))) == wanted


def test_the_row_does_not_grow_with_the_conversation(store: EpisodeTrackerStore, file: Path) -> None:
    sizes = []
    kept = tracker(questions(1))
    for number in range(1, 60):
        for event in (*said("refund_how", "同样长的一句"), *did("utter_refund_how")):
            kept.update(event, domain())
        take_turn(store, kept, f"m_{number}")
        kept = read(store)  # type: ignore[assignment]
        sizes.append(len(kept.events))
    assert len(set(sizes[TURNS_KEPT + 2 :])) == 1


def test_what_was_set_before_the_cut_is_carried_over(store: EpisodeTrackerStore, file: Path) -> None:
    before = {"order_number": "330918274651", "topic": "quality_problem", "case_kind": "quality_problem"}
    kept = tracker(
        questions(1),
        slots(before),
        form("case_form"),
        slots({"requested_slot": "case_detail"}),
        questions(TURNS_KEPT + 3),
    )
    take_turn(store, kept)
    for again in (read(store), read(restarted(file))):
        assert again is not None
        assert {name: again.get_slot(name) for name in before} == before
        assert again.active_loop_name == "case_form"
        assert again.get_slot("requested_slot") == "case_detail"


def test_a_form_that_ended_stays_ended(store: EpisodeTrackerStore) -> None:
    kept = tracker(form("case_form"), questions(2), form(None), questions(TURNS_KEPT + 3))
    take_turn(store, kept)
    again = read(store)
    assert again is not None
    assert again.active_loop is None


def test_a_slot_that_was_emptied_stays_empty(store: EpisodeTrackerStore) -> None:
    kept = tracker(
        slots({"order_number": "330918274651"}), questions(2), slots({"order_number": None}), questions(TURNS_KEPT + 3)
    )
    take_turn(store, kept)
    again = read(store)
    assert again is not None
    assert again.get_slot("order_number") is None


def test_until_the_turn_is_committed_nothing_is_written(store: EpisodeTrackerStore, file: Path) -> None:
    take_turn(store, tracker(questions(1)))
    store.open_turn(TALK)
    asyncio.run(store.save(tracker(questions(2))))
    assert texts(read(restarted(file))) == ["第1句"]
    assert store.answer_of("m_2") is None


def test_a_turn_that_failed_leaves_the_last_one_standing(store: EpisodeTrackerStore) -> None:
    take_turn(store, tracker(questions(1)))
    store.open_turn(TALK)
    asyncio.run(store.save(tracker(questions(2))))
    store.abandon(TALK)
    assert texts(read(store)) == ["第1句"]


def test_outside_a_turn_an_episode_is_written_at_once(store: EpisodeTrackerStore, file: Path) -> None:
    asyncio.run(store.save(tracker(questions(1))))
    assert texts(read(restarted(file))) == ["第1句"]


def test_an_answer_is_kept_for_the_repeat(store: EpisodeTrackerStore, file: Path) -> None:
    take_turn(store, tracker(questions(1)))
    assert store.answer_of("m_1") == ANSWER
    assert restarted(file).answer_of("m_1") == ANSWER
    assert store.answer_of("m_2") is None


def test_a_handoff_ends_the_episode_and_keeps_the_answer(store: EpisodeTrackerStore, file: Path) -> None:
    take_turn(store, tracker(questions(1)), "m_1")
    take_turn(store, tracker(questions(2)), "m_2", ended=True)
    assert read(store) is None
    assert read(restarted(file)) is None
    assert store.answer_of("m_2") is not None


def test_a_commit_that_cannot_be_written_changes_nothing(store: EpisodeTrackerStore) -> None:
    take_turn(store, tracker(questions(1)))
    unwritable: dict[str, Any] = {"turn": object()}
    store.open_turn(TALK)
    asyncio.run(store.save(tracker(questions(2))))
    with pytest.raises(TypeError):
        store.commit(TALK, "m_2", unwritable, at=2.0, ended=False)
    assert texts(read(store)) == ["第1句"]
    assert store.answer_of("m_2") is None
    take_turn(store, tracker(questions(2)), "m_3")
    assert texts(read(store)) == ["第1句", "第2句"]


def test_old_answers_are_forgotten(store: EpisodeTrackerStore) -> None:
    for at in (1.0, 2.0, 3.0):
        take_turn(store, tracker(questions(1)), f"m_{at:.0f}", at=at)
    assert store.forget_answers_before(3.0) == 2
    assert [store.answer_of(f"m_{n}") is not None for n in (1, 2, 3)] == [False, False, True]


def test_conversations_are_apart(store: EpisodeTrackerStore) -> None:
    take_turn(store, tracker(questions(1), conversation="c_1"), "m_1")
    take_turn(store, tracker(questions(2), conversation="c_2"), "m_2")
    asyncio.run(store.delete("c_1"))
    assert read(store, "c_1") is None
    assert texts(read(store, "c_2")) == ["第1句", "第2句"]
    assert asyncio.run(store.keys()) == ["c_2"]


def test_the_reading_of_a_message_survives_the_restart(store: EpisodeTrackerStore, file: Path) -> None:
    """The escalation counts on it: the third displeased turn in a row is not the first."""
    take_turn(store, tracker(said("refund_how", "还没好？", emotion="dissatisfied"), did("utter_refund_how")))
    again = read(restarted(file))
    assert again is not None
    message = again.latest_message
    assert message is not None
    assert message.parse_data["reading"]["emotion"] == "dissatisfied"  # type: ignore[typeddict-item]
