"""It broke: repair it, or is there still a better way?"""

from __future__ import annotations

from datetime import datetime

from aftersales.decisions.model import Decision
from aftersales.decisions.quality import open_remedies, received_at
from aftersales.decisions.warranty import decide_warranty
from aftersales.decisions.wording import order_values
from aftersales.orders.model import AfterSaleKind, AfterSaleStage, Order
from aftersales.stores.model import Store

_RUNNING = {
    AfterSaleStage.REQUESTED,
    AfterSaleStage.AWAITING_PARCEL,
    AfterSaleStage.IN_TRANSIT,
    AfterSaleStage.INSPECTING,
}


def decide_repair(store: Store, order: Order, now: datetime) -> Decision:
    """What a buyer with a broken thing may ask for. Nobody is talked into a repair while a return is open (QLT-01)."""
    values = dict(order_values(order))
    case = order.after_sale
    if case is not None and case.stage in _RUNNING:
        return Decision("open", "utter_return_open", values, ("a case runs already",), confirmed_by="person")
    if case is not None and case.kind is AfterSaleKind.EXCHANGE and case.stage is AfterSaleStage.DONE:
        # The term runs anew from the day the other one came, which no order tells.
        reason = "exchanged: the term began anew"
        return Decision(
            "restarted",
            "utter_repair_restarted",
            values,
            (reason,),
            ("QLT-01", "QLT-03"),
            ask=("detail", "photo"),
            human="quality_problem",
            confirmed_by="person",
        )
    received = received_at(order)
    if received is not None:
        remedies = open_remedies(store, received, now)
        if remedies.returned or remedies.exchanged:
            values |= {"quality.choices": remedies.named, "quality.last_day": remedies.last_day}
            return Decision(
                "choice",
                "utter_repair_choice",
                values,
                (f"{remedies.first} is open still",),
                ("QLT-01",),
                ask=("detail", "photo", "wish"),
                human="quality_problem",
                confirmed_by="person",
            )
    return decide_warranty(store, order, now)
