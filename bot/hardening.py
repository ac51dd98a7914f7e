"""The one place where a part of Rasa itself is replaced at run time, because no extension point reaches it.

``RemoteAction`` checks each answer of the action server with ``jsonschema.validate``, which first checks the schema
itself, every time: most of what a custom action costs. The same check with a validator that is built once accepts and
refuses the same answers and raises the same error.
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
