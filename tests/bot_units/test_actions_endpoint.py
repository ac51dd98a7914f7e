"""The action server is sent the domain only where Rasa insists, and no action would look at it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
import yaml
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.actions_endpoint import ActionsEndpoint

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "actions").glob("*.py"))
ACTIONS = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["actions"]


def test_a_call_carries_the_conversation_and_never_the_domain() -> None:
    domain = Domain.load(str(ROOT / "domain.yml"))
    tracker = DialogueStateTracker.from_events("buyer", [UserUttered("查下快递")])
    endpoint = ActionsEndpoint("http://127.0.0.1:1/webhook")
    for action in ACTIONS:
        # Rasa sends it to every `validate_…`, which it takes for one of rasa_sdk's, unless domain.yml says otherwise.
        name = action if isinstance(action, str) else next(iter(action))
        call = RemoteAction(name, endpoint)._action_call_format(tracker, domain)
        assert "domain" not in call
        assert (call["next_action"], call["sender_id"]) == (name, "buyer")
        assert call["tracker"]["latest_message"]["text"] == "查下快递"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_action_reads_the_domain(path: Path) -> None:
    """An action that needs it is to be marked `send_domain: true` in domain.yml; then this list gets an exception."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert not [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == "domain"]
    bases = {base.id for node in ast.walk(tree) if isinstance(node, ast.ClassDef) for base in node.bases if isinstance(base, ast.Name)}
    # rasa_sdk's own form and slot actions read it on their own account.
    assert not bases & {"FormValidationAction", "ValidationAction"}
