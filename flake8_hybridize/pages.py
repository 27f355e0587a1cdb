"""The documentation pages of the codes: in an installed wheel, and in a checkout."""

from __future__ import annotations

from pathlib import Path

HOME = "https://pypi.org/project/flake8-hybridize/"
"""Where the distribution describes itself."""

_PACKAGE = Path(__file__).resolve().parent
_FOLDERS = (_PACKAGE / "docs", _PACKAGE.parent / "docs" / "rules")


def folder() -> Path:
    """The folder with one `HYBnnn.md` for each code.

    A wheel holds the pages inside the package; in a checkout (also an editable install) they are
    in `docs/rules` next to it.
    """
    return next(filter(_has_pages, _FOLDERS), _FOLDERS[-1])


def _has_pages(candidate: Path) -> bool:
    return any(candidate.glob("HYB[0-9][0-9][0-9].md"))


def page(code: str) -> str | None:
    """The text of the page for one code; None where there is none."""
    path = folder() / f"{code}.md"
    return path.read_text(encoding="utf-8") if path.is_file() else None


def uri(code: str) -> str:
    """The address of the page for one code."""
    return f"{HOME}#{code.lower()}"
