"""``python -m aftersales.policy_diff --store STORE [--from FROM] [--to TO]``: what a change of a store's terms would alter.

FROM and TO are a version's name, a file, or a day (2026-11-01, the terms in force then); FROM is today's terms when it is
left out, TO the next announced ones. ``make policy-diff`` runs the same with the desk's transcript.

Exits 0; 2 for a bad file or a version nobody knows.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timezone
from pathlib import Path

from aftersales.answers.overrides import with_overrides
from aftersales.answers.responses import load_responses
from aftersales.errors import AftersalesError, ConfigurationError
from aftersales.policy import PastAnswer, PastReport, answer_changes, field_changes, judge_past
from aftersales.policy.report import Report, markdown, page, plain
from aftersales.policy.terminal import Paint
from aftersales.stores import CHINA, PlatformPack, Store, StoreVersions, load_all_versions, load_packs, load_store
from aftersales.stores.replies import load_replies
from aftersales.stores.versions import begins

#: Reads what the bot has said to buyers of one store. Raises :class:`NoTranscript`.
ReadPast = Callable[[str], Iterable[PastAnswer]]

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_NOT_LOOKED = "没有查：这里只比较条款和回答，要查聊天记录请用 make policy-diff。"
_WIDTH = 120


class NoTranscript(AftersalesError):
    """There are no past answers that can be read; the text says why, to a merchant."""


def main(
    arguments: list[str] | None = None, *, read_past: ReadPast | None = None, now: datetime | None = None
) -> int:
    """Run the command; returns the exit code. ``read_past``: where past answers come from."""
    parser = argparse.ArgumentParser(prog="aftersales.policy_diff", description=__doc__)
    parser.add_argument("--store", required=True, help="a store's id")
    parser.add_argument("--from", dest="old", default="", help="version name, file or day; today's terms by default")
    parser.add_argument("--to", dest="new", default="", help="version name, file or day; the next announced by default")
    parser.add_argument("--out", type=Path, help="also write the report to this .md or .html file")
    parser.add_argument("--stores", type=Path, default=Path("stores"))
    parser.add_argument("--rules", type=Path, default=Path("rules"))
    parser.add_argument("--responses", type=Path, default=Path("data/responses"))
    options = parser.parse_args(arguments)
    now = datetime.now(timezone.utc) if now is None else now
    try:
        if options.out is not None and options.out.suffix not in (".md", ".html"):
            raise ConfigurationError("arguments", "OUT", f"{options.out.name} is neither .md nor .html", "Name it so")
        packs = load_packs(options.rules)
        versions = _versions_of(load_all_versions(options.stores, options.rules), options.store)
        old = find_version(options.old, versions, packs, now, "FROM") if options.old else versions.current(now)
        new = find_version(options.new, versions, packs, now, "TO") if options.new else _next(versions, now)
        own = load_replies(options.stores / options.store / "store.yml")
        responses = with_overrides(load_responses(options.responses), own.overrides)
        past: PastReport | str = _NOT_LOOKED
        if read_past is not None:
            try:
                past = judge_past(read_past(options.store), old, new, responses, versions.all)
            except NoTranscript as problem:
                past = str(problem)
        report = Report(old, new, field_changes(old, new), answer_changes(responses, old, new), past)
        if options.out is not None:
            _write(options.out, report)
    except AftersalesError as error:
        print(error, file=sys.stderr)
        return 2
    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    print(plain(report, Paint(colour), shutil.get_terminal_size((_WIDTH, 24)).columns), end="")
    if options.out is not None:
        print(f"\n已写入 {options.out}")
    return 0


def find_version(
    name: str, versions: StoreVersions, packs: Mapping[str, PlatformPack], now: datetime, field: str
) -> Store:
    """The terms that ``name`` means: a version's name, a file, a day, or ``now``; ``field`` is for errors.

    Raises :class:`ConfigurationError` for a name that means nothing, with those that are known.
    """
    known = versions.named(name)
    if known is not None:
        return known
    if name == "now":
        return versions.current(now)
    if _DAY.fullmatch(name):
        try:
            return versions.at(datetime.combine(date.fromisoformat(name), time(), CHINA))
        except ValueError as error:
            raise ConfigurationError("arguments", field, f"{name} is no day", "Write it as 2026-11-01") from error
    path = Path(name)
    if path.suffix in (".yml", ".yaml") and path.exists():
        return load_store(path, packs, versions.all[0].id)
    listed = ", ".join(f"{one.policy_version} (from {one.effective_from})" for one in versions.all)
    raise ConfigurationError("arguments", field, f"{name!r} is no version, file or day", f"Use one of: {listed}")


def _versions_of(stores: Mapping[str, StoreVersions], store: str) -> StoreVersions:
    if store not in stores:
        raise ConfigurationError("arguments", "STORE", f"{store!r} is no store", f"Use one of: {', '.join(stores)}")
    return stores[store]


def _next(versions: StoreVersions, now: datetime) -> Store:
    announced = versions.announced(now)
    if announced:
        return announced[0]
    listed = ", ".join(one.policy_version for one in versions.all if begins(one) <= now)
    fix = f"Name a file with the new terms, or a version: {listed}"
    raise ConfigurationError("arguments", "TO", "is not given, and no change is announced", fix)


def _write(out: Path, report: Report) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(page(report) if out.suffix == ".html" else markdown(report), encoding="utf-8")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BrokenPipeError:
        # The reader (`| head`) has seen enough; Python would complain once more while closing.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
