"""What applies to one order: pure functions, one file a question, each of which explains itself."""

from __future__ import annotations

from aftersales.decisions.model import Decision

__all__ = ["Decision"]
