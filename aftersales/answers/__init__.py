"""How an answer is put into words: variations, values, and the linter that keeps both true."""

from aftersales.answers.render import Button, MissingValue, NoVariation, Variation, render, select
from aftersales.answers.responses import Responses, load_responses, parse_variations

__all__ = [
    "Button",
    "MissingValue",
    "NoVariation",
    "Responses",
    "Variation",
    "load_responses",
    "parse_variations",
    "render",
    "select",
]
