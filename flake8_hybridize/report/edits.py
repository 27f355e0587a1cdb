"""The edits of a fix with their places as line and column, for formats that other programs read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flake8_hybridize.report.run import FileResult
from flake8_hybridize.results import Finding
from flake8_hybridize.source.positions import Positions, split_lines


@dataclass(frozen=True, slots=True)
class PlacedEdit:
    """Replace what lies between two places by `text`; lines 1-based, columns 0-based characters."""

    start: tuple[int, int]
    end: tuple[int, int]
    text: str


def positions(result: FileResult) -> Positions:
    """Translates the places of a result's text."""
    return Positions(split_lines(result.text or ""))


def placed(finding: Finding, where: Positions) -> Iterator[PlacedEdit]:
    """The edits of a finding's fix, in the order of the text."""
    edits = finding.fix.edits if finding.fix else ()
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        yield PlacedEdit(where.place(edit.start), where.place(edit.end), edit.text)
