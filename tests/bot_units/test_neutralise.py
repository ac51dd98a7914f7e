"""What a buyer types is never a command to Rasa, and what is no command stays as it was."""

from __future__ import annotations

import pytest

from bot.channel import neutralise


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("/restart", "／restart"),
        ("  /restart", "／restart"),
        ("\u200b/session_start", "／session_start"),
        ("\ufeff\n/human_request", "／human_request"),
        ("\u3000/deny", "／deny"),
        ('/provide_info{"case_ready": true}', '／provide_info{"case_ready": true}'),
        ("//deny", "／/deny"),
        ("/", "／"),
        ("/\n/deny", "／\n/deny"),
    ],
)
def test_a_leading_slash_becomes_full_width(typed: str, read: str) -> None:
    assert neutralise(typed) == read


@pytest.mark.parametrize(
    "typed",
    ["", " ", "退货", " 退货", "今天/明天能到吗", "1/2", "http://a.b/c", "／restart", "\\restart", "EXTERNAL: x"],
)
def test_everything_else_is_left_alone(typed: str) -> None:
    assert neutralise(typed) == typed
