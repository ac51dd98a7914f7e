"""The compliance door: what may be said to a buyer, and what may be promised."""

from __future__ import annotations

from aftersales.door.door import Door
from aftersales.door.load import load_door
from aftersales.door.model import Promise, Speaker, Talk, Verdict, Violation

__all__ = ["Door", "Promise", "Speaker", "Talk", "Verdict", "Violation", "load_door"]
