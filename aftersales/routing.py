"""Which group of people serves what, and which groups a store has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

DEFAULT_GROUPS: dict[str, str] = {
    "presale": "售前",
    "standard": "售后标准",
    "hard_case": "疑难件",
    "logistics_trace": "查件",
    "back_office": "后台退款",
    "complaint": "投诉",
}
#: By intent; whatever is not listed is served by `standard`.
INTENT_GROUPS: dict[str, str] = {
    **dict.fromkeys(("presale_product", "promotion_rule"), "presale"),
    **dict.fromkeys(
        ("logistics_status", "logistics_stuck", "not_received", "delivery_time", "delivery_reschedule"),
        "logistics_trace",
    ),
    **dict.fromkeys(
        ("refund_how", "refund_status", "refund_destination", "refund_problem", "refund_cancel", "return_status"),
        "back_office",
    ),
    **dict.fromkeys(
        (
            "quality_problem",
            "damaged_parcel",
            "wrong_item",
            "missing_item",
            "not_as_described",
            "repair_warranty",
            "gift_missing",
        ),
        "hard_case",
    ),
    "dispute_escalation": "hard_case",
    **dict.fromkeys(("complaint", "compensation_request"), "complaint"),
}


@dataclass(frozen=True)
class StoreRouting:
    """The groups a store has, as group key → display name. A group the store does not have is served by `standard`.

    An empty mapping means all groups under their usual names. Raises ValueError for an unknown key or a
    missing `standard`.
    """

    groups: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        unknown = sorted(set(self.groups) - set(DEFAULT_GROUPS))
        if unknown:
            raise ValueError(f"store routing: unknown group {', '.join(unknown)}; use {', '.join(DEFAULT_GROUPS)}")
        if self.groups and "standard" not in self.groups:
            raise ValueError("store routing: group 'standard' is missing; it serves whatever no other group does")

    def group(self, key: str) -> str:
        """The key of the group that serves `key` in this store."""
        return key if not self.groups or key in self.groups else "standard"

    def name(self, key: str) -> str:
        """The name agents know the group by."""
        return self.groups.get(self.group(key), DEFAULT_GROUPS[self.group(key)])


def group_of(intent: str) -> str:
    """The key of the group that an intent belongs to."""
    return INTENT_GROUPS.get(intent, "standard")
