"""Something is wrong with the goods: what may the buyer choose, until when, who pays, and what has to be shown?

Whether it is a fault, and whose, a person finds out. The decision never refuses: a term that has passed goes to a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from aftersales.decisions.model import Ask, Decision
from aftersales.decisions.return_eligibility import exclusion_of
from aftersales.decisions.wording import last_day_text, last_moment, order_values, time_text
from aftersales.orders.model import AfterSaleStage, Order, OrderState
from aftersales.stores.model import Store

_OPEN = {
    AfterSaleStage.REQUESTED,
    AfterSaleStage.AWAITING_PARCEL,
    AfterSaleStage.IN_TRANSIT,
    AfterSaleStage.INSPECTING,
}
_OVER = {OrderState.CANCELLED, OrderState.REFUNDED}
#: What is asked for, by intent. A photo comes first: the carrier takes packing along, and fresh goods change.
_ASK: Mapping[str, tuple[Ask, ...]] = {
    "quality_problem": ("detail", "photo", "wish"),
    "damaged_parcel": ("photo", "detail", "wish"),
    "wrong_item": ("photo", "label_photo", "wish"),
    "missing_item": ("detail", "photo"),
    "not_as_described": ("detail", "photo", "page_screenshot"),
}
#: Best said soon after signing; later still counts.
_SOON = {"damaged_parcel", "wrong_item", "missing_item"}


@dataclass(frozen=True)
class Remedies:
    """What is open to the buyer of faulty goods, each with the last day as said at the time; empty: not open."""

    returned: str = ""
    exchanged: str = ""
    repaired: str = ""

    @property
    def named(self) -> str:
        """``退货、换货或维修``: what the buyer may choose from; empty when nothing is open by the store's terms."""
        options = [name for name, day in zip(("退货", "换货", "维修"), self._days, strict=True) if day]
        return "或".join(filter(None, ("、".join(options[:-1]), options[-1]))) if options else ""

    @property
    def first(self) -> str:
        """``return``, ``exchange``, ``repair``, or nothing."""
        names = zip(("return", "exchange", "repair"), self._days, strict=True)
        return next((name for name, day in names if day), "")

    @property
    def last_day(self) -> str:
        """The last day of the first of them."""
        return next((day for day in self._days if day), "")

    @property
    def _days(self) -> tuple[str, str, str]:
        return self.returned, self.exchanged, self.repaired


def received_at(order: Order) -> datetime | None:
    """When the buyer got what there is so far: the latest parcel signed for, others may still be under way.

    Which parcel the faulty thing came in, nobody has said; the latest gives the buyer the most time.
    """
    return max((parcel.signed_at for parcel in order.parcels if parcel.signed_at is not None), default=None)


def open_remedies(store: Store, received: datetime, now: datetime) -> Remedies:
    """What the store's terms leave open at ``now`` for goods that came at ``received``. The whole last day counts."""
    terms = (
        store.returns.quality_days,
        max(store.returns.quality_days, store.returns.quality_exchange_days),
        store.warranty.days if store.warranty.offered else 0,
    )
    days = (last_day_text(received, days, now) if now < last_moment(received, days) else "" for days in terms)
    returned, exchanged, repaired = days
    return Remedies(returned, exchanged, repaired if terms[2] else "")


def decide_quality(store: Store, order: Order, now: datetime, question: str = "quality_problem") -> Decision:
    """Decide ``quality_problem``, ``damaged_parcel``, ``wrong_item``, ``missing_item`` or ``not_as_described``."""
    named = dict(order_values(order))
    if order.state is OrderState.UNPAID:
        return Decision("unpaid", "utter_return_unpaid", named, ("nothing was paid yet",))
    if order.state in _OVER:
        return Decision("ended", "utter_return_ended", named, (f"the order is {order.state.value}",))
    if (order.after_sale is not None and order.after_sale.stage in _OPEN) or order.state is OrderState.REFUNDING:
        return Decision("open", "utter_return_open", named, ("a case runs already",), confirmed_by="person")
    received = received_at(order)
    if received is None:
        return Decision("not_received", "utter_quality_not_received", named, ("nothing was signed for yet",))
    fresh = any(exclusion_of(store, item) == "perishable" for item in order.items)
    return _by_term(store, named, received, now, question, fresh=fresh)


def _by_term(
    store: Store, named: dict[str, str], received: datetime, now: datetime, question: str, *, fresh: bool
) -> Decision:
    remedies = open_remedies(store, received, now)
    rules = ("QLT-01", "QLT-12") if store.platform == "jd" else ("QLT-01",)
    ask = _ASK.get(question, _ASK["quality_problem"])
    by = received + timedelta(hours=store.returns.damage_report_hours)
    values = {**named, "quality.choices": remedies.named, "quality.last_day": remedies.last_day}
    if not remedies.first:
        reason = "every term of the store has passed"
        return Decision(
            "over",
            "utter_quality_over",
            named,
            (reason,),
            ("QLT-01",),
            ask=ask,
            human=question,
            confirmed_by="person",
        )
    soon = fresh or question in _SOON
    late = soon and now >= by
    if soon:
        values["quality.report_by"] = time_text(by, now)
    # Nobody sends rotten fruit back: whether anything has to, a person says from the photo.
    kind = "fresh" if fresh else remedies.first
    reasons = (f"{remedies.first} is open", *(("reported after the hours the store asks for",) if late else ()))
    template = "utter_quality_fresh_late" if fresh and late else f"utter_quality_{kind}"
    outcome = f"{kind}_late" if late else kind
    return Decision(outcome, template, values, reasons, rules, ask=ask, human=question, confirmed_by="person")
