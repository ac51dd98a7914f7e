"""The one Rasa policy that outranks rules and forms: it hands the conversation to a person.

What a single message says (anger, a threat, asking for a person) is decided by the reading, which renames the intent to
``handoff``: a name, because conversation tests keep nothing else. What the conversation adds up to (misses, the same
question again and again, a case that is complete) is counted here, from the tracker.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Dict, List, Optional

from rasa.core.policies.policy import Policy, PolicyPrediction
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SlotSet
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker

from aftersales.escalation import Escalation
from bot import handoff

HANDOFF_ACTION = "utter_handoff"
HANDOFF_INTENT = "handoff"
CASE_DONE_ACTION = "action_case_done"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=False)
class EscalationPolicy(Policy):
    """Predicts ``utter_handoff`` with certainty when a person has to take over, and nothing otherwise."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Above rules (5) and everything else; the ensemble uses the priority to break ties between certainties."""
        return {"priority": 10}

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> EscalationPolicy:
        """Make the policy; it learns nothing."""
        return cls(config, model_storage, resource, execution_context, **kwargs)

    def train(
        self, training_trackers: List[TrackerWithCachedStates], domain: Domain, **kwargs: Any
    ) -> Resource:
        """Nothing to learn."""
        return self._resource

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: Optional[Dict[str, Any]] = None,
        **kwargs: Any,
    ) -> PolicyPrediction:
        """Certainty for the handoff, or for listening after it; else no opinion."""
        probabilities = self._default_predictions(domain)
        previous = tracker.latest_action_name
        if previous == HANDOFF_ACTION:
            probabilities[domain.index_for_action(ACTION_LISTEN_NAME)] = 1.0
            return self._prediction(probabilities, is_no_user_prediction=True)
        escalation = self._escalation(tracker, previous)
        if escalation is None:
            return self._prediction(probabilities)
        probabilities[domain.index_for_action(HANDOFF_ACTION)] = 1.0
        # The NLG words the handoff and the channel reports it; both read this slot.
        events = [SlotSet(handoff.SLOT, asdict(escalation))]
        return self._prediction(probabilities, optional_events=events, is_no_user_prediction=True)

    @staticmethod
    def _escalation(tracker: DialogueStateTracker, previous: Optional[str]) -> Optional[Escalation]:
        if previous == CASE_DONE_ACTION and tracker.get_slot("case_ready"):
            return handoff.of_case(tracker)
        if previous != ACTION_LISTEN_NAME or tracker.latest_message is None:
            return None
        escalation = handoff.of_conversation(tracker)
        if escalation is None and tracker.latest_message.intent.get("name") == HANDOFF_INTENT:
            return handoff.asked_for_a_person()
        return escalation
