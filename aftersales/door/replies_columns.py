"""Which column of a merchant's table holds the replies, and whether its first rows are titles."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aftersales.errors import ConfigurationError

#: Titles of the column that holds what is said to buyers, the surest first.
REPLY_TITLES = (
    "回复内容", "话术内容", "短语内容", "快捷短语内容", "快捷回复内容", "快捷语内容", "自动回复内容", "消息内容", "文本内容",
    "回复话术", "标准话术", "客服话术", "标准回复", "推荐回复", "快捷短语", "快捷回复", "快捷语", "话术", "短语", "回复语",
    "回复", "答案", "回答", "答复", "内容", "文案", "正文",
    "reply", "replytext", "replycontent", "cannedreply", "answer", "response", "content", "text", "message", "body",
)  # fmt: skip
#: Titles of other columns; they only tell that a row holds titles.
OTHER_TITLES = frozenset(
    (
        "标题 分组 编号 序号 分类 类目 类别 一级分类 二级分类 三级分类 分组名称 分组名 组名 名称 快捷码 快捷编码 快捷键 编码 代码 关键词 关键字 "
        "场景 问题 触发词 备注 标签 状态 颜色 排序 创建人 创建时间 更新时间 修改时间 店铺 使用次数 类型 所属分组 短语标题 话术标题 主题 "
        "id no number title group groupname category name code shortcut keyword keywords scene question note remark tag type order status"
    ).split()
)
#: How far down titles are looked for: exports put a caption above them.
TITLES_WITHIN = 5
_CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_ASIDE = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]|[\s*:：_\-]+")


@dataclass(frozen=True)
class Layout:
    """``header``: place of the row of titles among the rows, or ``None``. ``column``: of the replies, from 0. ``others``:
    further columns that look like replies and are not read."""

    header: int | None
    column: int
    others: tuple[int, ...] = ()


def find_layout(rows: Sequence[Sequence[str]], where: str, wanted: str = "") -> Layout:
    """Where the replies stand in ``rows``. ``wanted``: a title, a letter (``B``) or a number (``2``); empty to look for it.

    Raises :class:`ConfigurationError` when there is no such column, or none that holds Chinese texts.
    """
    header = _header(rows)
    if wanted:
        return _wanted(rows, header, where, wanted.strip())
    if header is not None:
        titles = [_plain(cell) for cell in rows[header]]
        ranked = [place for title in REPLY_TITLES for place, one in enumerate(titles) if _same(one, title)]
        filled = [place for place in ranked if _chinese(rows[header + 1 :], place)]
        if filled:
            alike = tuple(sorted(place for place in filled[1:] if _numbered(titles[place], titles[filled[0]])))
            return Layout(header, filled[0], alike)
    body = rows if header is None else rows[header + 1 :]
    width = max((len(row) for row in rows), default=0)
    amounts = [_chinese(body, place) for place in range(width)]
    if not any(amounts):
        problem = "there is no column of Chinese texts"
        raise ConfigurationError(where, "COLUMN", problem, _choose(rows, header, "Name the column of replies"))
    return Layout(header, amounts.index(max(amounts)))


def column_name(place: int) -> str:
    """As Excel counts columns: ``A`` … ``Z``, ``AA`` …; ``place`` from 0."""
    name = ""
    place += 1
    while place:
        place, letter = divmod(place - 1, 26)
        name = chr(ord("A") + letter) + name
    return name


def _wanted(rows: Sequence[Sequence[str]], header: int | None, where: str, wanted: str) -> Layout:
    width = max((len(row) for row in rows), default=0)
    for place in range(width):
        if wanted.upper() == column_name(place) or wanted == str(place + 1):
            return Layout(header, place)
    # A row is one of titles when the merchant says that one of its cells is a title.
    for number, row in enumerate(rows[:TITLES_WITHIN]):
        for place, cell in enumerate(row):
            if cell.strip() == wanted or _plain(cell) == _plain(wanted) != "":
                return Layout(number, place)
    raise ConfigurationError(where, "COLUMN", f"there is no column {wanted!r}", _choose(rows, header, "Use one of these"))


def _choose(rows: Sequence[Sequence[str]], header: int | None, fix: str) -> str:
    """The columns there are, each with its title or its first words, so that the reader can pick one."""
    titles: Mapping[int, str] = dict(enumerate(rows[header])) if header is not None else {}
    width = max((len(row) for row in rows), default=0)
    shown = []
    for place in range(min(width, 12)):
        words = titles.get(place) or next((row[place] for row in rows if place < len(row) and row[place].strip()), "")
        shown.append(f"{column_name(place)} ({words.strip()[:12]})" if words.strip() else column_name(place))
    return f"{fix} with COLUMN=: {', '.join(shown)}"


def _header(rows: Sequence[Sequence[str]]) -> int | None:
    """The first row that has known titles and nothing that looks like a reply beside them.

    An unknown first row is taken for a reply: checking a title does no harm, overlooking a reply would.
    """
    for number, row in enumerate(rows[:TITLES_WITHIN]):
        titles = [_plain(cell) for cell in row if cell.strip()]
        known = [title for title in titles if _is_title(title)]
        if known and all(len(cell.strip()) <= 20 for cell in row) and (len(known) * 2 >= len(titles) or len(known) >= 2):
            return number
    return None


def _is_title(plain: str) -> bool:
    return plain in OTHER_TITLES or any(_same(plain, title) for title in REPLY_TITLES)


def _same(plain: str, title: str) -> bool:
    """``回复内容2`` is ``回复内容`` as well."""
    return plain == title or plain.rstrip("0123456789一二三四五") == title


def _numbered(plain: str, other: str) -> bool:
    return plain.rstrip("0123456789一二三四五") == other.rstrip("0123456789一二三四五")


def _plain(cell: str) -> str:
    return _ASIDE.sub("", cell).lower()


def _chinese(rows: Sequence[Sequence[str]], place: int) -> int:
    """How many Chinese characters the column holds, in its first rows."""
    return sum(len(_CHINESE.findall(row[place])) for row in rows[:500] if place < len(row))
