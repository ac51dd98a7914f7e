"""Sliding windows: how often is too often."""

from __future__ import annotations

import pytest

from desk.web.limits import Limiter, Rate, Window


@pytest.mark.parametrize(
    ("knocks", "allowed"),
    [
        pytest.param([0, 1, 2, 3], [True, True, True, False], id="第四次太多"),
        pytest.param([0, 1, 2, 9.9, 10], [True, True, True, False, True], id="最早的一次满十秒后腾出位置"),
        pytest.param(
            [0, 0, 0, 5, 5, 10, 10, 10, 10],
            [True, True, True, False, False, True, True, True, False],
            id="被拒的不计数",
        ),
    ],
)
def test_a_window_lets_three_through_in_ten_seconds(knocks: list[float], allowed: list[bool]) -> None:
    window = Window(Rate(3, 10.0))
    assert [window.allow(now) for now in knocks] == allowed


def test_asking_counts_nothing() -> None:
    limiter = Limiter(Rate(1, 10.0))
    assert [limiter.full("a", 0), limiter.full("a", 0), limiter.allow("a", 0), limiter.full("a", 0)] == [
        False,
        False,
        True,
        True,
    ]


def test_keys_do_not_share_and_can_be_forgotten() -> None:
    limiter = Limiter(Rate(1, 10.0))
    assert limiter.allow("a", 0) and limiter.allow("b", 0) and not limiter.allow("a", 1)
    limiter.forget("a")
    assert limiter.allow("a", 1)


def test_a_flood_of_names_forgets_the_oldest_and_stays_bounded() -> None:
    limiter = Limiter(Rate(1, 10.0), most_keys=2)
    assert limiter.allow("a", 0) and limiter.allow("b", 0) and limiter.allow("c", 0)
    assert not limiter.allow("c", 0) and limiter.allow("a", 0)
