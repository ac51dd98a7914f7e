"""A change of terms as a merchant reads it: the fields, the answers before and after, and what was said in the past."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from aftersales.policy.changes import AnswerChange, FieldChange, Weight
from aftersales.policy.past import PastReport, Wronged
from aftersales.policy.terminal import Paint, columns
from aftersales.stores.fields import Judged
from aftersales.stores.hours import CHINA, ServiceHours
from aftersales.stores.model import Arrival, Exclusion, Store

#: As many past answers of one response as a person reads before it is clear what they have in common.
MOST_SHOWN = 5
WEIGHTS: Mapping[Weight, str] = {
    "kinder": "更宽 kinder",
    "stricter": "更严 stricter",
    "neutral": "不分宽严 neutral",
    "mixed": "有宽有严 mixed",
}
_JUDGED: Mapping[Judged, str] = {
    "promise": "已下的单不受影响，放宽的一并享受",
    "bought": "已下的单不变",
    "case": "已提交的售后不受影响，放宽的一并享受",
    "today": "已下的单也按新的",
}
_NOTHING = "（没有）"
_UNSAID = "（不再这样说）"


@dataclass(frozen=True)
class Report:
    """What :mod:`aftersales.policy_diff` has found. ``past``: a report, or why there is none."""

    old: Store
    new: Store
    fields: tuple[FieldChange, ...]
    answers: tuple[AnswerChange, ...]
    past: PastReport | str


def plain(report: Report, paint: Paint, width: int) -> str:
    """For a terminal ``width`` cells wide; before and after stand side by side."""
    lines = [paint.bold(_title(report)), "", paint.bold(f"一、改了的条款（{len(report.fields)}）")]
    for change in report.fields:
        mark = paint.weight(change.verdict, WEIGHTS[change.verdict])
        lines.append(f"  {change.field}　{mark}　{_JUDGED[change.judged]}")
        lines += columns(shown(change.before), shown(change.after), width, paint)
    lines += ["", paint.bold(f"二、说法变了的回答（{len(report.answers)}）")]
    for answer in report.answers:
        mark = paint.weight(answer.weight, WEIGHTS[answer.weight])
        lines += ["", f"  {_name(answer)}　{mark}　{'、'.join(answer.fields)}"]
        lines += columns(answer.before or _UNSAID, answer.after or _UNSAID, width, paint)
    lines += ["", paint.bold("三、以前说过、这次会变错的回答"), *(f"  {line}" for line in _past_summary(report))]
    for name, group, weight in _groups(report):
        lines += ["", f"  {name}　{paint.weight(weight, WEIGHTS[weight])}　{len(group)} 条"]
        lines += columns(group[0].answer.text, group[0].after or _UNSAID, width, paint)
        lines += [f"  · {_place(one)}" for one in group[:MOST_SHOWN]]
        if len(group) > MOST_SHOWN:
            lines.append(f"  · 另有 {len(group) - MOST_SHOWN} 条，用 OUT=文件.html 看全部")
    return "\n".join(lines) + "\n"


def markdown(report: Report) -> str:
    """As Markdown tables."""
    parts = [f"# {_title(report)}", f"## 改了的条款（{len(report.fields)}）"]
    parts.append(_md_table(("条款", "原来", "改后", "宽严", "已下的单"), _field_rows(report)))
    parts.append(f"## 说法变了的回答（{len(report.answers)}）")
    parts.append(_md_table(("回答", "原来", "改后", "宽严", "因为"), _answer_rows(report)))
    parts += ["## 以前说过、这次会变错的回答", *_past_summary(report)]
    rows = _past_rows(report)
    if rows:
        parts.append(_md_table(("回答", "在哪里", "说过", "现在应说", "宽严"), rows))
    return "\n\n".join(parts) + "\n"


def page(report: Report) -> str:
    """As one HTML page that needs nothing else."""
    body = [f"<h1>{html.escape(_title(report))}</h1>", f"<h2>改了的条款（{len(report.fields)}）</h2>"]
    body.append(_html_table(("条款", "原来", "改后", "宽严", "已下的单"), _field_rows(report), 1))
    body.append(f"<h2>说法变了的回答（{len(report.answers)}）</h2>")
    body.append(_html_table(("回答", "原来", "改后", "宽严", "因为"), _answer_rows(report), 1))
    body.append("<h2>以前说过、这次会变错的回答</h2>")
    body += [f"<p>{html.escape(line)}</p>" for line in _past_summary(report)]
    rows = _past_rows(report)
    if rows:
        body.append(_html_table(("回答", "在哪里", "说过", "现在应说", "宽严"), rows, 2))
    return _PAGE.format(title=html.escape(_title(report)), body="\n".join(body))


def shown(value: Any) -> str:
    """A value of a store file in one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, ServiceHours):
        closed = "；".join(f"{one.first}至{one.last}休息" for one in value.closings)
        special = "；".join(f"{day} {'、'.join(map(str, hours)) or '休息'}" for day, hours in value.special.items())
        return "；".join(part for part in (value.describe(), closed, special) if part)
    if isinstance(value, Exclusion):
        return f"{value.category}（{value.basis}）"
    if isinstance(value, Arrival):
        return f"{value.channel}：{value.text}"
    if isinstance(value, tuple):
        return "、".join(shown(one) for one in value) or _NOTHING
    return str(value) or _NOTHING


# --- details ---------------------------------------------------------------------------------------------------------

_PAGE = """<!doctype html>
<html lang="zh"><head><meta charset="utf-8"><title>{title}</title><style>
body {{ font: 15px/1.6 system-ui, sans-serif; margin: 2rem auto; max-width: 76rem; padding: 0 1rem; color: #222 }}
table {{ border-collapse: collapse; width: 100%; table-layout: fixed }} td, th {{ border: 1px solid #ccc; padding: .4rem .6rem;
vertical-align: top; text-align: left; white-space: pre-wrap; overflow-wrap: anywhere }} th {{ background: #f3f3f3 }}
del {{ background: #fde3e3; text-decoration: none }} ins {{ background: #dff3e0; text-decoration: none }}
.kinder {{ color: #176b2c }} .stricter {{ color: #a3151b }} .mixed {{ color: #8a5a00 }}
</style></head><body>
{body}
</body></html>
"""


def _title(report: Report) -> str:
    old, new = report.old, report.new
    return f"{new.name}：{old.policy_version}（{old.effective_from}起）→ {new.policy_version}（{new.effective_from}起）"


def _name(answer: AnswerChange) -> str:
    one = answer.situation
    facts = f"（{'，'.join(one.about)}）" if one.about else ""
    return f"{one.response}{'（再问一次）' if one.again else ''}{facts}"


def _past_summary(report: Report) -> list[str]:
    past = report.past
    if isinstance(past, str):
        return [past]
    counts = Counter(one.standing for one in past.wronged)
    lines = [
        f"读了机器人的 {past.read} 条回答，{past.about_changes} 条说到这次改的条款："
        f"{counts['order']} 条会变错，{counts['general']} 条没说到具体订单，{past.still_right} 条仍然对。"
    ]
    if counts["general"]:
        day = report.new.effective_from
        lines.append(f"没说到具体订单的那些：{day} 之前下的订单，当时的承诺仍算数；{day} 起下的订单，就不能再照它说了。")
    if any(one.weight in ("stricter", "mixed") for one in past.wronged):
        lines.append("标“更严”的要留意：客服答应过的也是承诺（PPR-14），买家拿着这些话来问时，请照说过的办。")
    return lines


def _groups(report: Report) -> Sequence[tuple[str, Sequence[Wronged], Weight]]:
    """Past answers with the same words, then and now."""
    if isinstance(report.past, str):
        return ()
    groups: dict[tuple[str, Weight, str, str], list[Wronged]] = {}
    for one in report.past.wronged:
        groups.setdefault((one.response, one.weight, one.answer.text, one.after), []).append(one)
    # What is stricter now may cost a buyer something, so it comes first.
    order = ("stricter", "mixed", "neutral", "kinder")
    ranked = sorted(groups.items(), key=lambda item: (order.index(item[0][1]), item[0][0], -len(item[1]), item[0][2]))
    return [(key[0], found, key[1]) for key, found in ranked]


def _place(one: Wronged) -> str:
    said = f"{one.answer.at.astimezone(CHINA):%Y-%m-%d %H:%M}"
    placed = f"，订单下于 {one.answer.placed_at.astimezone(CHINA):%Y-%m-%d %H:%M}" if one.answer.placed_at else ""
    return f"会话 {one.answer.conversation} 第 {one.answer.seq} 条，{said}{placed}"


def _field_rows(report: Report) -> list[tuple[str, ...]]:
    return [
        (one.field, shown(one.before), shown(one.after), WEIGHTS[one.verdict], _JUDGED[one.judged])
        for one in report.fields
    ]


def _answer_rows(report: Report) -> list[tuple[str, ...]]:
    return [
        (_name(one), one.before or _UNSAID, one.after or _UNSAID, WEIGHTS[one.weight], "、".join(one.fields))
        for one in report.answers
    ]


def _past_rows(report: Report) -> list[tuple[str, ...]]:
    return [
        (name, "\n".join(map(_place, group)), group[0].answer.text, group[0].after or _UNSAID, WEIGHTS[weight])
        for name, group, weight in _groups(report)
    ]


def _md_table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head)]
    lines += [tuple(cell.replace("|", "\\|").replace("\n", "<br>") for cell in row) for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _html_table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]], pair: int) -> str:
    """``pair``: the column with what was before; the next holds what comes after, and both show what differs."""
    widths = "".join(f'<col style="width:{32 if number in (pair, pair + 1) else 12}%">' for number in range(len(head)))
    lines = [f"<table><colgroup>{widths}</colgroup><tr>" + "".join(f"<th>{html.escape(cell)}</th>" for cell in head) + "</tr>"]
    weights = {name: key for key, name in WEIGHTS.items()}
    for row in rows:
        cells = [html.escape(cell) for cell in row]
        cells[pair], cells[pair + 1] = _marked(row[pair], row[pair + 1])
        weight = [f' class="{weights[cell]}"' if cell in weights else "" for cell in row]
        lines.append("<tr>" + "".join(f"<td{kind}>{cell}</td>" for kind, cell in zip(weight, cells)) + "</tr>")
    return "\n".join([*lines, "</table>"])


def _marked(before: str, after: str) -> tuple[str, str]:
    left: list[str] = []
    right: list[str] = []
    # A number is one thing: of 24 and 12 neither digit stays.
    was, now = (re.findall(r"\d+|\D", text) for text in (before, after))
    for kind, i, j, m, n in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        old, new = (html.escape("".join(part)) for part in (was[i:j], now[m:n]))
        left.append(old if kind == "equal" or not old else f"<del>{old}</del>")
        right.append(new if kind == "equal" or not new else f"<ins>{new}</ins>")
    return "".join(left), "".join(right)
