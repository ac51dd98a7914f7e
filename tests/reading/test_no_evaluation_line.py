"""No line of the shared development sets stands in this repository: they are for measuring only.

The sets lie beside the repository (``../shared/eval``) and are compared by hash. Where they are absent, the same search
runs with the made sets of ``planted/``, whose lines nothing but ``planted/`` may contain. That the search finds what it
looks for is shown on ``planted/repository`` in both cases.
"""

from __future__ import annotations

import csv
import hashlib
import re
import subprocess
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "eval"
PLANTED = Path(__file__).resolve().parent / "planted"
PLACES = ("data", "rules", "tests", "docs", "stores", "README.md", "README.zh-CN.md")
#: Shorter lines (嗯, 在吗) are everybody's; only where messages stand as messages must they be others.
LONG = 4
SHORT_TOO = ("data", "tests")
#: Lists of words for the segmenter and for the concepts: a dictionary's term is no sentence.
WORD_LISTS = ("rules/lexicons/segmenter.txt", "rules/lexicons/ordinary.txt", "rules/lexicons/concepts.yml")
#: The other lexicons hold terms too, looked for inside messages, and enumerate them (是人工吗, 是人工么, 是人工嘛): an
#: entry is a sentence only from here on.
LEXICONS, LONGEST_TERM = ("rules/lexicons/", "rules/door/patterns/", "rules/door/slots/", "rules/door/concepts.yml"), 6

_BULLET = re.compile(r"^\s*(?:[-*>]|#+|\d+\.)\s+")
_KEY = re.compile(r"^[\w.-]+:\s+")
_MARKS = re.compile(r"[\W_]+")
_QUOTED = re.compile(r'"([^"]*)"|\'([^\']*)\'|`([^`]*)`|“([^”]*)”|「([^」]*)」')
# A list in YAML or JSON; not Rasa's [今天](day).
_LIST = re.compile(r"\[([^\[\]]*)\](?!\()")


def normalised(text: str) -> str:
    """NFKC, lower case, without marks and spaces."""
    return _MARKS.sub("", unicodedata.normalize("NFKC", text).lower())


def hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def hashes_of(folder: Path) -> set[str]:
    """The hash of every line of the development sets in ``folder``."""
    texts = set()
    for path in sorted(folder.glob("*_dev.tsv")):
        with path.open(encoding="utf-8", newline="") as lines:
            texts |= {normalised(row["text"]) for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)}
    return {hashed(text) for text in texts if text}


def messages_of(line: str) -> Iterator[str]:
    """What may be a whole message in a line: itself, a cell, a list's example, the value of a key."""
    bare = _BULLET.sub("", line)
    value = _KEY.sub("", bare)
    yield from (line, bare, value, _BULLET.sub("", value))
    for mark in ("\t", "|"):
        if mark in line:
            yield from line.split(mark)
    if line.lstrip().startswith(("{", '"')):
        yield from (quoted[1] for quoted in re.finditer(r'"((?:[^"\\]|\\.)*)"', line))


def quotes_of(line: str) -> Iterator[str]:
    """What is quoted or listed within a line: an entity's value as well as a message, so only long ones are compared."""
    yield from (next(group for group in match.groups() if group is not None) for match in _QUOTED.finditer(line))
    for match in _LIST.finditer(line):
        yield from re.split("[,，、]", match[1])


def found_in(name: str, text: str, wanted: set[str], words: set[str]) -> list[str]:
    """``file:line`` of each line of ``text`` that has one of the ``wanted``. ``words`` are terms and never sentences."""
    if name in WORD_LISTS:
        return []
    least = 1 if name.split("/")[0] in SHORT_TOO else LONG
    least = LONGEST_TERM + 1 if name.startswith(LEXICONS) else least
    places = []
    for number, line in enumerate(text.splitlines(), 1):
        said = {one for one in map(normalised, set(messages_of(line))) if len(one) >= least}
        said |= {one for one in map(normalised, set(quotes_of(line))) if len(one) >= max(least, LONG)}
        if any(hashed(one) in wanted for one in said - words):
            places.append(f"{name}:{number}")
    return places


def search(root: Path, names: list[str], wanted: set[str]) -> list[str]:
    segmenter = root / WORD_LISTS[0]
    words = {normalised(line) for line in segmenter.read_text(encoding="utf-8").splitlines()}
    places: list[str] = []
    for name in names:
        try:
            text = (root / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture
        except FileNotFoundError:
            continue  # tracked, and just deleted
        places += found_in(name, text, wanted, words)
    return places


def files_of_the_repository() -> list[str]:
    """Everything that is or would be committed; without git, everything that is there."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *PLACES]
    try:
        told = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    except (OSError, subprocess.CalledProcessError):
        told = [str(p.relative_to(ROOT)) for place in PLACES for p in [ROOT / place, *(ROOT / place).rglob("*")] if p.is_file()]
    planted = PLANTED.relative_to(ROOT).as_posix() + "/"
    return sorted(name for name in set(told) if name and not name.startswith(planted))


def test_no_line_of_the_development_sets_stands_in_the_repository() -> None:
    wanted = hashes_of(SHARED if SHARED.is_dir() else PLANTED)
    assert wanted, "the sets have no lines; is their column called text?"
    names = files_of_the_repository()
    assert len(names) > 100 and "data/nlu/refund.yml" in names, "the list of files is not the repository's"
    places = search(ROOT, names, wanted)
    assert not places, "these lines are the development sets' own; delete them or write your own:\n" + "\n".join(places)


def test_the_search_finds_every_planted_line_and_nothing_else() -> None:
    repository = PLANTED / "repository"
    names = sorted(path.relative_to(repository).as_posix() for path in repository.rglob("*") if path.is_file())
    assert search(repository, names, hashes_of(PLANTED)) == [
        "data/nlu/planted.yml:5",  # other marks and spaces
        "data/nlu/planted.yml:6",  # short, but a message
        "data/planted.tsv:3",  # a cell; the line above says a word more
        "docs/planted.md:5",
        "docs/planted.md:7",  # quoted in a sentence; the short one beside it is no message
        "rules/lexicons/planted.yml:2",  # too long for a term
        "tests/planted.py.txt:1",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("    - {long}", True),
        ("- text: {long}？", True),
        ('{{"says": ["在吗", "{long}"]}}', True),
        ("{long}\tdelivery_method\tcalm", True),
        ("says: [在吗, {long}]", True),
        ("他问“{long}”。", True),
        ("！{long} ～", True),
        ("{long}好", False),
        ("[{short}](day)到不到", False),
        ("{short}", True),
        ("  - {short}", True),
    ],
)
def test_a_line_is_found_however_it_is_written(line: str, found: bool) -> None:
    # Written out here, the made lines would be found in this very file.
    rows = (PLANTED / "eval_dev.tsv").read_text(encoding="utf-8").splitlines()
    long, short = rows[3].split("\t")[0], rows[5].split("\t")[0]
    assert bool(found_in("data/some.yml", line.format(long=long, short=short), hashes_of(PLANTED), set())) is found
