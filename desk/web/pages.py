"""The static pages: the demo storefront, the console and their modules, straight from the folder ``web/``."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

from sanic import Blueprint, Request
from sanic.response import HTTPResponse, empty, raw

from desk.errors import NotFound
from desk.web.context import web_of

blueprint = Blueprint("pages")

#: What a browser may have; beside these the folder holds tests and tools.
FOLDERS: Final = ("storefront", "console", "shared")
TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webp": "image/webp",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
}


@blueprint.get("/")
async def storefront(request: Request) -> HTTPResponse:
    """The demo storefront; a desk without demo data has no page of its own for buyers."""
    if not web_of(request).settings.demo:
        raise NotFound
    return _page(request, "storefront/index.html")


@blueprint.get("/console")
async def console(request: Request) -> HTTPResponse:
    """The agents' console."""
    return _page(request, "console/index.html")


@blueprint.get("/favicon.ico")
async def favicon(_request: Request) -> HTTPResponse:
    """Browsers ask for it by themselves."""
    return empty()


@blueprint.get("/static/<path:path>")
async def static(request: Request, path: str) -> HTTPResponse:
    """A module, a style sheet or a picture."""
    return _page(request, path)


def _page(request: Request, path: str) -> HTTPResponse:
    """The file, or 304 when the browser has this very version. ``no-cache``: it asks each time, so a new version is
    there at once and an old module never meets a new page."""
    folder = web_of(request).pages.resolve()
    found = _find(folder, path)
    body = found.read_bytes()
    tag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if request.headers.get("if-none-match") == tag:
        return empty(304, headers=headers)
    return raw(body, headers=headers, content_type=TYPES[found.suffix])


def _find(folder: Path, path: str) -> Path:
    """The file at ``path`` within ``folder``. Raises :class:`NotFound`, also for what lies outside or is hidden."""
    parts = path.split("/")
    if parts[0] not in FOLDERS or "\x00" in path or any(not part or part.startswith(".") for part in parts):
        raise NotFound
    found = folder.joinpath(*parts)
    if found.suffix not in TYPES:
        raise NotFound
    try:
        found = found.resolve(strict=True)
    except OSError:
        raise NotFound from None
    if not found.is_relative_to(folder) or not found.is_file():
        raise NotFound
    return found
