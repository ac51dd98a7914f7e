"""The review file between an agent's marks and the training data: what a line holds, and how it is read and written.

The desk writes it (``desk.marks_export``), a person fills it in, the bot's tools try and accept it (``bot.marks``).
A tab-separated file: comments that begin with ``#``, one line of column names, one line a mark.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from aftersales.errors import ConfigurationError
from aftersales.reading.model import EMOTIONS, RISKS

KINDS = ("needless", "missed", "misread", "taken_back")
CONFIRM = ("y", "n")
#: The comment that says that a file's lines are training data now.
ACCEPTED = "# 已入库 accepted: "

HELP = """\
# 人工复核表：每行是客服在工作台上的一个标记，确认之后才会成为训练数据。
# 一、逐行看 text（买家原话，电话、单号、地址已隐去）、read_*（机器人当时读成了什么）、agent_intent 和 note（客服的意见）。
# 二、改好 intent、emotion、risk 三列：这句话本来应该怎么读。
#     intent   意图的英文名，见 rules/intent_titles.yml 和 desk/intents.yml；留空：这句不用来学意图。
#     emotion  calm 平静、dissatisfied 不满、angry 生气、abusive 辱骂；留空：这句不用来学情绪和风险。
#     risk     没有就留空，多个用英文逗号隔开：safety 人身安全、regulator_media 监管媒体、fraud_accusation 指责欺诈、
#              compensation_claim 索赔、complaint_threat 投诉差评、service_attitude 服务态度、repeated_failure 反复未解决、
#              human_request 要求人工。
# 三、confirm 填 y（这行可以学）或 n（不学）。kind 是 taken_back 的，客服已经撤回，一般填 n。
#     needless 转接不必要：要学的话，emotion 填 calm 或 dissatisfied，risk 留空。
#     missed   漏转了：要学的话，emotion 填 angry 或 abusive，或者填上 risk。
#     只看前后文才能判断的话（例如同一问题问了三遍），单独一句教不会机器人，填 n。
# 四、make marks-try FILE=本文件：看学了这些之后，读得更好还是更差。
# 五、每行都填了 y 或 n 之后，make marks-accept FILE=本文件：写进 data/，本文件留作记录。
# 列与列之间是制表符（Tab），请不要改动列的顺序和 mark 列。再次导出到本文件不会丢掉已填的内容。
"""


@dataclass(frozen=True)
class ReviewLine:
    """One mark on its way to become training data. Every field is text without tabs or line breaks.

    ``mark`` names the mark for good; ``read_*`` is what the bot read; ``intent``, ``emotion`` and ``risk`` (labels with
    commas) are proposed by the export and put right by a person, who then fills ``confirm``.
    """

    mark: str
    at: str
    kind: str
    text: str
    read_intent: str
    read_emotion: str
    read_risk: str
    agent_intent: str
    note: str
    intent: str
    emotion: str
    risk: str
    confirm: str

    @property
    def risks(self) -> frozenset[str]:
        """The risk labels."""
        return frozenset(part.strip() for part in self.risk.split(",") if part.strip())


@dataclass(frozen=True)
class ReviewFile:
    """A file as it was read; ``numbers`` are the line numbers of ``lines``; ``accepted`` is the day, or empty."""

    path: Path
    lines: tuple[ReviewLine, ...]
    numbers: tuple[int, ...]
    accepted: str


COLUMNS = tuple(field.name for field in fields(ReviewLine))


def read_review(path: Path) -> ReviewFile:
    """Read a review file. Raises ConfigurationError naming file, line, field and fix.

    Spreadsheets save a mark at the beginning, quotes around cells and spaces after them; these are forgiven.
    """
    try:
        raw = path.read_text(encoding="utf-8-sig")
    except (FileNotFoundError, IsADirectoryError):
        raise ConfigurationError(str(path), "FILE", "is not there", "Make one with `make marks-export`") from None
    except UnicodeDecodeError:
        raise ConfigurationError(str(path), "the file", "is not in UTF-8", "Save it as UTF-8 text") from None
    accepted, header = "", False
    lines: list[ReviewLine] = []
    numbers: list[int] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(raw.splitlines(), 1):
        bare = line.strip().strip('"')
        if bare.startswith(ACCEPTED):
            accepted = bare[len(ACCEPTED) :].strip()
        if not bare or bare.startswith("#"):
            continue
        cells = [cell.strip().strip('"').strip() for cell in line.split("\t")]
        where = f"{path}:{number}"
        if not header:
            if tuple(cells[: len(COLUMNS)]) != COLUMNS:
                raise ConfigurationError(where, "column names", "are not those of a review file", f"Write: {' '.join(COLUMNS)}")
            header = True
            continue
        # A line that ends in empty cells may have lost them to an editor that trims.
        cells += [""] * (len(COLUMNS) - len(cells))
        if any(cells[len(COLUMNS) :]):
            raise ConfigurationError(where, "columns", f"are more than {len(COLUMNS)}", "Take out the tab inside a cell")
        one = ReviewLine(*cells[: len(COLUMNS)])
        if not one.mark or not one.text:
            raise ConfigurationError(where, "mark" if not one.mark else "text", "is empty", "Export the file again and copy it")
        if one.mark in seen:
            raise ConfigurationError(where, "mark", f"stands in line {seen[one.mark]} too", "Keep one of the two lines")
        seen[one.mark] = number
        lines.append(one)
        numbers.append(number)
    if not header:
        raise ConfigurationError(str(path), "column names", "are missing", f"Write: {' '.join(COLUMNS)}")
    return ReviewFile(path, tuple(lines), tuple(numbers), accepted)


def check_labels(where: str, line: ReviewLine, intents: Iterable[str]) -> None:
    """Check what a person filled in. ``where`` is file and line. Raises ConfigurationError naming the field and the fix."""

    def refuse(field: str, problem: str, fix: str) -> ConfigurationError:
        return ConfigurationError(where, field, problem, fix)

    known = sorted(intents)
    if line.confirm not in ("", *CONFIRM):
        raise refuse("confirm", f"is {line.confirm!r}", "Write y or n")
    if line.confirm != "y":
        return
    if line.intent and line.intent not in known:
        raise refuse("intent", f"{line.intent!r} is no intent", f"Use one of {', '.join(known)}, or leave it empty")
    if line.emotion and line.emotion not in EMOTIONS:
        raise refuse("emotion", f"{line.emotion!r} is no emotion", f"Use one of {', '.join(EMOTIONS)}, or leave it empty")
    for label in sorted(line.risks - set(RISKS)):
        raise refuse("risk", f"{label!r} is no risk", f"Use some of {', '.join(RISKS)}, or leave it empty")
    if not line.emotion and line.risks:
        raise refuse("emotion", "is empty beside a risk", "Fill it in, or empty both")
    if not line.intent and not line.emotion:
        raise refuse("intent", "and emotion are both empty, so nothing would be learnt", "Fill one in, or write n in confirm")
    needs_person = line.emotion in ("angry", "abusive") or bool(line.risks)
    if line.kind == "needless" and needs_person:
        raise refuse(
            "emotion" if not line.risks else "risk",
            "would hand the message over again, which the agent called needless",
            "Write calm or dissatisfied and no risk, or n in confirm",
        )
    if line.kind == "missed" and line.emotion and not needs_person:
        raise refuse(
            "risk",
            "is empty and the emotion calls nobody, but the agent said that a person was needed",
            "Write a risk, angry or abusive; or n in confirm when only the history tells",
        )


def write_review(path: Path, lines: Sequence[ReviewLine], *, accepted: str = "") -> None:
    """Write a review file, whole or not at all. The same lines give the same bytes."""
    head = HELP if not accepted else HELP + f"{ACCEPTED}{accepted}\n"
    body = "".join("\t".join(astuple(line)) + "\n" for line in lines)
    replace_text(path, head + "\t".join(COLUMNS) + "\n" + body)


def replace_text(path: Path, text: str) -> None:
    """Write ``text`` to ``path`` so that nobody ever sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)
