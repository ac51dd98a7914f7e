"""The report as one HTML page that needs nothing else: for a support lead to read, filter, print and pass on.

Every text that comes from a file goes through :func:`html.escape`; should one ever slip through, the page's own policy
runs no script but its own.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from html import escape
from pathlib import Path
from string import Template

from aftersales.door.door import LONGEST
from aftersales.door.model import Level, Violation
from aftersales.door.report import CONCLUSIONS, SPEAKER_NAMES, WORST_FIRST, Checked, Report, pieces
from aftersales.rules import Rule

_HERE = Path(__file__).parent
_PAGE = "report_page.html"
_SCRIPT = "report_page.js"
_MEANINGS = {"block": "违反规则，发出去会有风险", "warn": "能发，但容易惹买家不快或做不到", "pass": "没有发现问题"}
#: Further kinds fold away on a telephone.
KINDS_AT_ONCE = 6
_TRUST = {"verified": "已核对原文"}


def render_html(report: Report) -> str:
    """The whole page."""
    script = (_HERE / _SCRIPT).read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    total = len(report.checked)
    return Template((_HERE / _PAGE).read_text(encoding="utf-8")).substitute(
        script=script,
        script_hash=f"sha256-{digest}",
        title=f"快捷短语检查报告 · {escape(report.store.name)}",
        about=_about(report),
        counts="".join(_count(report, level) for level in WORST_FIRST),
        share=_share(report),
        chart=_chart(report),
        filter=_filter(report),
        parts="".join(_part(report, level) for level in WORST_FIRST),
        rules=_rules(report),
        foot=f"共检查 {total} 条。检查按店铺规则版本 {escape(report.store.policy_version)} 进行；规则说明供内部参考，请以平台最新公布的为准。",
    )


def _about(report: Report) -> str:
    facts = (
        f"文件 {report.name}",
        f"{report.store.pack.name}店铺",
        f"按{SPEAKER_NAMES[report.speaker]}发言检查",
        f"{report.at:%Y-%m-%d %H:%M}",
        f"共 {len(report.checked)} 条",
    )
    return escape(" · ".join(facts))


def _count(report: Report, level: Level) -> str:
    return f'<div class="count {level}"><b>{report.count(level)}</b>{CONCLUSIONS[level]}<br><span>{_MEANINGS[level]}</span></div>'


def _share(report: Report) -> str:
    """One bar: which part of the replies got which verdict."""
    total = max(1, len(report.checked))
    bars, left = [], 0.0
    for level in WORST_FIRST:
        width = report.count(level) / total * 100
        bars.append(f'<rect class="fill-{level}" x="{left:.2f}%" width="{width:.2f}%" height="10"/>')
        left += width
    said = "，".join(f"{CONCLUSIONS[level]} {report.count(level)} 条" for level in WORST_FIRST)
    return f'<svg class="share" role="img" aria-label="{said}">{"".join(bars)}</svg>'


def _chart(report: Report) -> str:
    found = report.by_kind()
    if not found:
        return ""
    most = max(count for _, _, count in found)
    bars = []
    for kind, level, count in found:
        title = escape(kind.title)
        bars.append(
            f'<li><button type="button" value="{escape(kind.name)}" data-title="{title}" aria-pressed="false"><span>{title}</span>'
            f'<svg aria-hidden="true"><rect class="fill-rest" width="100%" height="12"/>'
            f'<rect class="fill-{level}" width="{max(2, count / most * 100):.1f}%" height="12"/></svg>'
            f'<span class="number">{count}</span></button></li>'
        )
    shown, rest = "".join(bars[:KINDS_AT_ONCE]), bars[KINDS_AT_ONCE:]
    more = f"<details class=\"more\" open><summary>另外 {len(rest)} 类</summary><ul class=\"kinds\">{''.join(rest)}</ul></details>" if rest else ""
    return f'<div class="panel"><h2>问题分布</h2><ul class="kinds">{shown}</ul>{more}</div>'


def _filter(report: Report) -> str:
    labels = [f'<label for="pick-all">全部 {len(report.checked)}</label>']
    labels += [f'<label for="pick-{level}">{CONCLUSIONS[level]} {report.count(level)}</label>' for level in WORST_FIRST]
    return "".join(labels) + '<button type="button" id="every-kind" hidden></button>'


def _part(report: Report, level: Level) -> str:
    replies = report.of(level)
    if not replies:
        return ""
    head = f'<h2>{CONCLUSIONS[level]} <small>{len(replies)} 条 · {_MEANINGS[level]}</small></h2>'
    if level == "pass":
        lines = "".join(
            f'<li><span class="row">{escape(_place(one))}</span><span class="text">{escape(one.row.reply)}{_cut(one)}</span></li>'
            for one in replies
        )
        body = f'<details class="passed panel"><summary>{len(replies)} 条可以直接用的话术</summary><ul>{lines}</ul></details>'
    else:
        body = "".join(_item(report, one) for one in replies)
    return f'<section class="part {level}">{head}{body}</section>\n'


def _item(report: Report, one: Checked) -> str:
    level, violations = one.verdict.level, one.verdict.violations
    kinds = " ".join(violation.kind for violation in violations)
    context = "".join(f"<span>{escape(title)}：{escape(cell[:60])}</span>" for title, cell in one.sheet.context(one.row)[:6])
    found = "".join(_found(report, number, violation) for number, violation in enumerate(violations, 1))
    return (
        f'<article class="item {level}" data-kinds="{escape(kinds)}">'
        f'<p class="where"><span class="tag {level}">{CONCLUSIONS[level]}</span><b>{escape(_place(one))}</b>{context}</p>'
        f'<p class="reply">{"".join(_marked(one))}</p>{_cut(one)}{found}</article>\n'
    )


def _marked(one: Checked) -> Iterator[str]:
    violations = one.verdict.violations
    for piece in pieces(one.row.reply, violations):
        text = escape(piece.text)
        yield text if piece.level == "pass" else f'<mark class="{piece.level}">{text}</mark>'
        for number in piece.ends:
            yield f'<sup class="{violations[number - 1].level}">{number}</sup>'


def _found(report: Report, number: int, violation: Violation) -> str:
    rule = report.rules.get(violation.rule)
    statement = f"　{escape(rule.statement)}" if rule else ""
    return (
        f'<div class="found"><span class="no {violation.level}">{number}</span><div>'
        f'<h3>{escape(report.kinds[violation.kind].title)}</h3>　<span class="why">{escape(violation.why)}</span>'
        f'<p class="better"><b>建议</b>{escape(violation.instead)}</p>'
        f'<p class="rule"><a href="#{escape(violation.rule)}">{escape(violation.rule)}</a>{statement}</p></div></div>'
    )


def _place(one: Checked) -> str:
    return f"{one.sheet.name} 第{one.row.number}行" if one.sheet.name else f"第{one.row.number}行"


def _cut(one: Checked) -> str:
    return f'<p class="note">这条很长，只检查了前 {LONGEST} 个字。</p>' if one.cut else ""


def _rules(report: Report) -> str:
    cited = {violation.rule for one in report.checked for violation in one.verdict.violations}
    entries = "".join(_rule(report.rules[rule]) for rule in sorted(cited) if rule in report.rules)
    return f'<section class="panel rules block warn"><h2>引用的规则</h2><dl>{entries}</dl></section>' if entries else ""


def _rule(rule: Rule) -> str:
    trust = "verified" if rule.verified else ""
    source = "；".join(rule.source)
    checked = f"{'核对到' if trust else '资料日期'} {rule.checked:%Y-%m-%d}" if rule.checked else ""
    origin = " · ".join(part for part in (source, checked) if part)
    return (
        f'<div><dt id="{escape(rule.id)}">{escape(rule.id)} <span class="trust {trust}">{_TRUST.get(trust, "内部参考")}</span></dt>'
        f"<dd>{escape(rule.statement)}{f'<br><small>{escape(origin)}</small>' if origin else ''}</dd></div>"
    )
