"""Runs Rasa's graph in an order that is planned once for each set of targets.

``DaskGraphRunner`` cuts the graph to the targets, hands it to dask and lets dask plan and schedule it, on every run; a
turn runs the graph three times and more, and the plan never changes.
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from rasa.engine.exceptions import GraphRunError
from rasa.engine.runner.dask import DaskGraphRunner


class OrderedGraphRunner(DaskGraphRunner):
    """Behaves as the runner it was made from and uses the same loaded components."""

    @classmethod
    def taking_over(cls, runner: DaskGraphRunner) -> OrderedGraphRunner:
        """A runner over the components that ``runner`` has loaded."""
        made = cls.__new__(cls)
        made._graph_schema = runner._graph_schema
        made._instantiated_nodes = runner._instantiated_nodes
        made._execution_context = runner._execution_context
        made._orders = {}
        return made

    _orders: Dict[tuple[str, ...], List[str]]

    def run(self, inputs: Optional[Dict[str, Any]] = None, targets: Optional[List[str]] = None) -> Dict[str, Any]:
        """The outputs of ``targets`` (by default the graph's own), by node name. Raises :class:`GraphRunError`."""
        wanted = tuple(targets or self._graph_schema.target_names)
        given = inputs or {}
        order = self._orders.get(wanted)
        if order is None:
            order = self._orders[wanted] = self._plan(wanted)
        results: Dict[str, Any] = {name: (name, value) for name, value in given.items()}
        for name in order:
            if name in results:
                raise GraphRunError(f"Input '{name}' has the name of a node in the graph.")
            needs = self._graph_schema.nodes[name].needs.values()
            # A need that nobody provides is handed on by its name; the node itself says what is missing.
            results[name] = self._instantiated_nodes[name](*(results.get(need, need) for need in needs))
        return {name: results[name][1] for name in wanted}

    def _plan(self, targets: tuple[str, ...]) -> List[str]:
        """The nodes that the targets need, each after those that it needs itself."""
        nodes = self._graph_schema.nodes
        order: Dict[str, None] = {}

        def visit(name: str) -> None:
            if name in order or name not in nodes:
                return
            for need in nodes[name].needs.values():
                visit(need)
            order[name] = None

        for target in targets:
            visit(target)
        return list(order)
