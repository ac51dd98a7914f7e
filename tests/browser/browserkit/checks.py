"""Checks of a whole page that any page must pass: names, sizes, contrast. Shadow roots are looked into."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

_WALK = """
function* walk(root) {
  for (const node of root.querySelectorAll('*')) {
    yield node;
    if (node.shadowRoot) yield* walk(node.shadowRoot);
  }
}
const seen = (node) => node.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && !node.closest('.sr-only');
const told = (node) => `${node.localName}.${node.className} "${(node.textContent || '').trim().slice(0, 30)}"`;
"""

_NAMELESS = (
    "() => {"
    + _WALK
    + """
  const named = (node) => (node.getAttribute('aria-label') || '').trim() || (node.labels && node.labels.length) ||
    (node.localName === 'button' || node.localName === 'a' ? node.textContent.trim() : '') || node.getAttribute('aria-labelledby');
  return [...walk(document)].filter((node) => node.matches('button, a[href], input, select, textarea, [role=log], [role=dialog]'))
    .filter((node) => seen(node) && !named(node)).map(told);
}"""
)

_SMALL = (
    "(least) => {"
    + _WALK
    + """
  return [...walk(document)].filter((node) => node.matches('button, select, textarea') && seen(node))
    .map((node) => [node, node.getBoundingClientRect()])
    .filter(([node, box]) => box.width > 0 && (box.height < least || box.width < least))
    .map(([node, box]) => `${told(node)} ${Math.round(box.width)}x${Math.round(box.height)}`);
}"""
)

_FAINT = (
    "(least) => {"
    + _WALK
    + """
  const rgb = (text) => { const n = text.match(/[\\d.]+/g).map(Number); return n.length < 4 ? [...n, 1] : n; };
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255).map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const up = (node) => node.parentElement || (node.getRootNode().host ?? null);
  const ground = (node) => {
    for (let at = node; at; at = up(at)) {
      const colour = rgb(getComputedStyle(at).backgroundColor);
      if (colour[3] === 1) return colour;
    }
    return [255, 255, 255, 1];
  };
  const ownText = (node) => [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim());
  return [...walk(document.body)].filter((node) => ownText(node) && seen(node) && node.localName !== 'option').map((node) => {
    const [a, b] = [light(rgb(getComputedStyle(node).color)), light(ground(node))];
    return [node, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)];
  }).filter(([, ratio]) => ratio < least).map(([node, ratio]) => `${told(node)} ${ratio.toFixed(2)}`);
}"""
)

_DOUBLE_IDS = (
    "() => {"
    + _WALK
    + """
  const ids = [...walk(document)].map((node) => node.id).filter(Boolean);
  return ids.filter((id, index) => ids.indexOf(id) !== index);
}"""
)

_WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def problems(page: Page, *, least_target: int = 0, least_contrast: float = 4.5) -> dict[str, Any]:
    """What is wrong with the page as it is now; empty when nothing is. Sizes in CSS pixels."""
    found = {
        "without a name": page.evaluate(_NAMELESS),
        "too small to tap": page.evaluate(_SMALL, least_target),
        "too faint": page.evaluate(_FAINT, least_contrast),
        "ids twice": page.evaluate(_DOUBLE_IDS),
        "wider than the window": page.evaluate(_WIDER),
    }
    return {name: what for name, what in found.items() if what}
