"""What the pages of the documentation are made of: blocks of code, code in lines, links, headings."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
DOCS = ROOT / "docs"
PAGES = [
    README,
    ROOT / "CONTRIBUTING.md",
    ROOT / "CHANGELOG.md",
    ROOT / "examples" / "README.md",
    *sorted(DOCS.rglob("*.md")),
]

_BLOCK = re.compile(
    r"^(?P<indent> *)```(?P<language>\w*)\n(?P<text>.*?)^(?P=indent)```$", re.DOTALL | re.MULTILINE
)
_LINK = re.compile(r"\[[^\]\[]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_ANCHOR = re.compile(r'<a id="([^"]+)">')


@dataclass(frozen=True)
class Block:
    """A block of code; `line` is that of its first line of code."""

    path: Path
    language: str
    text: str
    line: int

    @property
    def name(self) -> str:
        """Where it is, for the names of tests."""
        return f"{self.path.relative_to(ROOT)}:{self.line}"


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def blocks(language: str, *paths: Path) -> list[Block]:
    """All blocks in one language, of all pages or of some."""
    return [block for path in paths or PAGES for block in _blocks(path) if block.language == language]


def _blocks(path: Path) -> Iterator[Block]:
    text = path.read_text(encoding="utf-8")
    for match in _BLOCK.finditer(text):
        yield Block(path, match["language"], match["text"], text.count("\n", 0, match.start()) + 2)


def prose(path: Path) -> str:
    """The text of a page without its blocks of code."""
    return _BLOCK.sub("", path.read_text(encoding="utf-8"))


def inline_code(path: Path) -> list[str]:
    """Code in the lines of a page, without what is indented as a block."""
    lines = "\n".join(line for line in prose(path).split("\n") if not line.startswith("    "))
    return [" ".join(code.split()) for code in re.findall(r"`([^`]+)`", lines)]


def links(path: Path) -> list[str]:
    """Targets of all links of a page."""
    return _LINK.findall(prose(path))


def anchors(path: Path) -> set[str]:
    """What `#…` of a link to the page may be: its headings as GitHub writes them, and explicit anchors."""
    text = prose(path)
    headings = (
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in _HEADING.findall(text)
    )
    return {*headings, *_ANCHOR.findall(text)}


def listed(text: str, after: str) -> set[str]:
    """Names in the first column of the first table after some words."""
    lines = [line.strip() for line in text[text.index(after) :].splitlines()]
    start = next(number for number, line in enumerate(lines) if line.startswith("| --- ")) + 1
    rows = itertools.takewhile(lambda line: line.startswith("|"), lines[start:])
    return {name for row in rows for name in re.findall(r"`([\w-]+)`", row.split("|")[1])}
