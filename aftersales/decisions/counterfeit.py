"""Is it genuine? What proof there is, what may be appraised, and who decides.

The bot never says 绝对正品 and never says 假货: proof is shown, the owner of the brand or the authorities appraise, a
person answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from aftersales.decisions.model import Decision
from aftersales.decisions.wording import order_values
from aftersales.orders.model import Order, OrderState
from aftersales.stores.model import Store

#: What the platform's own rule adds: who appraises and bears the cost, and that a proven fake is refunded.
_PLATFORM_RULES: Mapping[str, tuple[str, ...]] = {"jd": ("CFT-03", "INT-07"), "tmall": ("CFT-05",)}
_RULES = ("CFT-04", "LAN-18", "INT-18")


def decide_counterfeit(store: Store, order: Order, now: datetime) -> Decision:
    """What a buyer who doubts the goods is told. There is no term: a proven fake is never too late."""
    del now
    named = order_values(order)
    if order.state in (OrderState.UNPAID, OrderState.CANCELLED):
        reason = "nothing was bought: the proof of origin is all there is to say"
        return Decision("not_bought", "utter_fake_proof", named, (reason,), ("CFT-04", "LAN-18"))
    rules = (*_RULES, *_PLATFORM_RULES.get(store.platform, ()))
    if not any(parcel.signed_at is not None for parcel in order.parcels):
        reason = "not received yet: proof now, a look at the goods when they come"
        return Decision("not_received", "utter_fake_not_received", named, (reason,), rules, confirmed_by="person")
    return Decision(
        "doubt",
        "utter_fake_doubt",
        named,
        ("received and doubted",),
        rules,
        ask=("label_photo", "detail"),
        human="fake_suspect",
        confirmed_by="person",
    )
