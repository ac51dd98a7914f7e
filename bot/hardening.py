"""The one place where a part of Rasa itself is replaced at run time, because no extension point reaches it.

``RemoteAction`` checks each answer of the action server with ``jsonschema.validate``, which first checks the schema
itself, every time: most of what a custom action costs. Then it tries each event against all kinds of events, although
its name says which one it is. The check here uses validators that are built once and tries an event's own kind only; it
accepts and refuses the same answers and raises the same error.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from jsonschema.exceptions import best_match
from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction


def check_action_answers_quickly() -> None:
    """Replace the validation of the action server's answers; safe to call again."""
    RemoteAction._validate_action_result = _validate_action_result  # type: ignore[method-assign]


def _validate_action_result(_action: RemoteAction, result: dict[str, Any]) -> bool:
    """True for an answer that follows the format. Raises jsonschema's ``ValidationError`` for any other."""
    if _follows_the_format(result):
        return True
    # Only the whole schema knows how to say what is wrong.
    problem = best_match(_validator().iter_errors(result))
    if problem is not None:
        problem.message += ". The action server's answer does not follow the format of custom actions"
        raise problem
    return True


@lru_cache(maxsize=1)
def _validator() -> Any:
    schema = RemoteAction.action_response_format_spec()
    kind = validator_for(schema)
    kind.check_schema(schema)
    return kind(schema)


def _follows_the_format(result: Any) -> bool:
    """Whether an answer certainly follows the format; a doubtful one is left to the whole schema."""
    if not isinstance(result, dict) or not all(isinstance(part, list) for part in result.values()):
        return False
    common, kinds = _event_validators()
    return all(isinstance(response, dict) for response in result.get("responses", ())) and all(
        isinstance(event, dict)
        and isinstance(event.get("event"), str)
        and event["event"] in kinds
        and common.is_valid(event)
        and kinds[event["event"]].is_valid(event)
        for event in result.get("events", ())
    )


@lru_cache(maxsize=1)
def _event_validators() -> tuple[Any, dict[str, Any]]:
    """What every event must be like, and what each kind of event must be like besides, by its name.

    The schema's kinds exclude one another by their names, so exactly one fits when the named one does.
    """
    schema = dict(RemoteAction.action_response_format_spec()["properties"]["events"]["items"])
    kinds = schema.pop("oneOf")
    validator = validator_for(schema)
    by_name = {kind["properties"]["event"]["const"]: validator(kind) for kind in kinds}
    if len(by_name) != len(kinds):
        # Two kinds of one name would both fit; then only the whole schema can tell.
        return validator(schema), {}
    return validator(schema), by_name
