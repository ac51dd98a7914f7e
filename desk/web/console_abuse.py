"""The agents' routes for the abuse protocol: where a conversation stands, and what a person decided about a block."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sanic import Blueprint, Request
from sanic.response import HTTPResponse, json

from aftersales.abuse import LONGEST_QUOTE, BlockRequest, Said
from aftersales.rules import Rule
from desk.abuse import LONGEST_NOTE, AbuseState, BlockDecision, Decided, days_of
from desk.web import wire
from desk.web.access import agent_of, check_own_origin
from desk.web.context import web_of
from desk.web.fields import LONGEST_TEXT, Choice, Field, Number, Text, read_fields, read_json

blueprint = Blueprint("console_abuse")

#: ``days`` 0 is none. A note may come longer than it is kept, so that one somewhat too long is told its limit.
DECIDE: Final[dict[str, Field]] = {
    "decision": Choice(tuple(BlockDecision)),
    "days": Number(0),
    "note": Text(max(LONGEST_TEXT, LONGEST_NOTE), optional=True),
}


@blueprint.get("/api/console/tickets/<id:str>/abuse")
async def abuse(request: Request, id: str) -> HTTPResponse:
    """The step of the protocol, and the request that is prepared, when one is."""
    web, person = web_of(request), await agent_of(request)
    return json(shown(await web.desk.abuse(person, id), web.desk.rules), dumps=wire.dump)


@blueprint.post("/api/console/tickets/<id:str>/abuse")
async def decide(request: Request, id: str) -> HTTPResponse:
    """Record what a person decided. Nothing is sent anywhere."""
    check_own_origin(request)
    web, person = web_of(request), await agent_of(request)
    fields = read_fields(read_json(request.body), DECIDE)
    decision = BlockDecision(fields["decision"])
    made = web.desk.decide_block_request(person, id, decision, fields["days"] or None, fields["note"] or "")
    return json(shown(await web.unbroken(made), web.desk.rules), dumps=wire.dump)


def shown(state: AbuseState, rules: Mapping[str, Rule]) -> wire.Json:
    """The state as JSON."""
    request, reminded_at = state.decision.request, state.reminded_at
    return {
        "step": state.decision.step,
        "counts": {"abusive": state.abusive, "after_reminder": state.after_reminder},
        "reminded_at": None if reminded_at is None else wire.moment(reminded_at),
        "draft": state.draft,
        "request": None if request is None else _request(request, rules),
        "decision": None if state.decided is None else _decided(state.decided),
    }


def _request(request: BlockRequest, rules: Mapping[str, Rule]) -> wire.Json:
    return {
        "reason": request.reason,
        "reminded_at": wire.moment(request.reminded_at),
        "evidence": [_evidence(one) for one in request.evidence],
        "longest_months": request.longest_months,
        "longest_days": days_of(request),
        "longest_until": wire.moment(request.longest_until),
        "lift_within_hours": request.lift_within_hours,
        "rules": [_rule(rules[id]) for id in request.rules if id in rules],
    }


def _evidence(one: Said) -> wire.Json:
    quoted = one.text if len(one.text) <= LONGEST_QUOTE else f"{one.text[: LONGEST_QUOTE - 1]}…"
    return {"seq": one.sequence, "at": wire.moment(one.at), "text": quoted}


def _rule(rule: Rule) -> wire.Json:
    checked: Any = rule.checked.isoformat() if rule.checked else None
    return {"id": rule.id, "statement": rule.statement, "checked": checked}


def _decided(one: Decided) -> wire.Json:
    return {
        "decision": one.decision.value,
        "agent": {"id": one.agent.id, "name": one.agent.name},
        "at": wire.moment(one.at),
        "days": one.days,
        "note": one.note,
    }
