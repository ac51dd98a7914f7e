"""Does every way through menus come from the platform's pack?

A menu's name is a fact of the platform, which changes it at will: a wording holds ``{path.…}`` and never the words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from aftersales.answers.checks.model import Finding, Material, Said
from aftersales.answers.render import PLACEHOLDER, Variation
from aftersales.stores.packs import PlatformPack

#: Buttons that the chat itself shows, on every platform.
OWN_BUTTONS = frozenset({"转人工"})

_ARROW = re.compile(r"[^\s，。；：“”]*\s*(?:→|->|➜|＞|>)\s*[^\s，。；：“”]*")
_CLICKED = re.compile(
    r"(?:点击|点开|点一下|点|选择|选|打开|进入|进|按|走|去|(?<!看)到|入口是|入口在|入口|页面上的|页面的|里的|详情的)"
    r"[：:]?[“「『\"](?P<name>[^”」』\"]+)[”」』\"]"
)
_FIX = "Use {path.…} or another value of rules/platforms"


def find_paths(variation: Variation, material: Material) -> Iterator[Finding]:
    """Arrow paths and named menus that are written out."""
    # A value takes part in a path; alone it must not look like the end of one.
    text = PLACEHOLDER.sub("〇", variation.text)
    for match in _ARROW.finditer(text):
        yield Finding(f"the path {match[0].strip()!r} is written out", _FIX)
    buttons = {button.title for button in variation.buttons} | OWN_BUTTONS
    for match in _CLICKED.finditer(text):
        if match["name"] not in buttons and "〇" not in match["name"]:
            yield Finding(f"the menu {match['name']!r} is written out", _FIX)


def find_foreign_menus(said: Said, material: Material) -> Iterator[Finding]:
    """Names of menus where another platform's paths begin, as plain words."""
    here = "".join(_texts(said.store.pack))
    for name in _BEGINNINGS:
        # 我的 and 我 begin paths, and are ordinary words.
        if name in said.text and name not in here and name not in said.store.goods.usage_help:
            yield Finding(f"names the menu {name!r}, which {said.store.pack.name} does not have", _FIX)


_BEGINNINGS = ("我的淘宝", "个人中心", "抖音商城", "退换/售后", "红包卡券")


def _texts(pack: PlatformPack) -> Iterator[str]:
    for name in pack.paths.__dataclass_fields__:
        yield str(getattr(pack.paths, name))
    yield pack.name
