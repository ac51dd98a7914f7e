"""Our graph runner gives what Rasa's gives, over the same components."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List, Optional

import pytest
from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage

from bot.graph_runner import OrderedGraphRunner

CALLS: List[str] = []


class Adder(GraphComponent):
    """Adds its number to what it is given."""

    def __init__(self, number: int) -> None:
        self._number = number

    @classmethod
    def create(
        cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> Adder:
        return cls(config["number"])

    def add(self, left: int, right: Optional[int] = None) -> int:
        CALLS.append(str(self._number))
        return self._number + left + (right or 0)


def node(number: int, target: bool = False, **needs: str) -> SchemaNode:
    return SchemaNode(
        needs=needs, uses=Adder, fn="add", constructor_name="create", config={"number": number}, is_target=target
    )


@pytest.fixture
def runner(tmp_path: Path) -> DaskGraphRunner:
    CALLS.clear()
    schema = GraphSchema(
        {
            "sum": node(100, target=True, left="one", right="two"),
            "two": node(2, left="one"),
            "one": node(1, left="__message__"),
            "aside": node(7, left="__message__"),
        }
    )
    return DaskGraphRunner(schema, LocalModelStorage(tmp_path), ExecutionContext(schema, "test"))


@pytest.mark.parametrize("targets", [None, ["sum"], ["two"], ["aside", "two"], ["sum", "one"]])
def test_same_outputs(runner: DaskGraphRunner, targets: Optional[List[str]]) -> None:
    ours = OrderedGraphRunner.taking_over(runner)
    for number in (5, 6):
        inputs = {"__message__": number}
        assert ours.run(inputs, targets) == runner.run(inputs, targets)


def test_each_needed_node_runs_once_and_no_other(runner: DaskGraphRunner) -> None:
    OrderedGraphRunner.taking_over(runner).run({"__message__": 0}, ["sum"])
    assert CALLS == ["1", "2", "100"]


@pytest.mark.parametrize("inputs", [{}, {"__message__": 1, "two": 2}])
def test_a_missing_or_clashing_input_is_refused(runner: DaskGraphRunner, inputs: Dict[str, Any]) -> None:
    with pytest.raises(GraphRunError):
        OrderedGraphRunner.taking_over(runner).run(inputs, ["sum"])
