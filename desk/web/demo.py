"""The demo storefront's own backend: whom one may play, and the token a shop would have signed for them.

Mounted only when the desk was started with the demo data; without it these routes do not exist.
"""

from __future__ import annotations

from sanic import Blueprint, Request
from sanic.response import HTTPResponse, json

from desk.errors import NotFound, TooMany
from desk.web.access import check_own_origin
from desk.web.context import web_of
from desk.web.fields import Text, read_fields, read_json
from desk.web.wire import moment

blueprint = Blueprint("demo")


@blueprint.get("/demo/stores")
async def stores(request: Request) -> HTTPResponse:
    """Every demo store with its buyers."""
    web = web_of(request)
    shown = [
        {
            "id": face.id,
            "name": face.name,
            "platform": face.platform,
            "tagline": face.tagline,
            "buyers": [
                {"id": buyer.id, "name": buyer.name, "note": buyer.note} for buyer in web.demo_buyers.get(face.id, ())
            ],
        }
        for face in web.stores().values()
        if face.id in web.settings.store_secrets
    ]
    return json({"stores": shown}, ensure_ascii=False)


@blueprint.post("/demo/token")
async def token(request: Request) -> HTTPResponse:
    """A token for one of the demo buyers."""
    check_own_origin(request)
    web = web_of(request)
    fields = read_fields(read_json(request.body), {"store": Text(64), "buyer": Text(64)})
    if not web.limits.guests.allow(f"demo {request.client_ip}", web.monotonic()):
        raise TooMany
    if fields["store"] not in web.stores() or fields["store"] not in web.settings.store_secrets:
        raise NotFound(field="store")
    for buyer in web.demo_buyers.get(fields["store"], ()):
        if buyer.id == fields["buyer"]:
            signed, ends = web.keys.issue_buyer(store=fields["store"], buyer=buyer.id, name=buyer.name, now=web.clock())
            return json({"token": signed, "expires_at": moment(ends)})
    raise NotFound(field="buyer")
