"""Edits of one text: ordering, overlap, splicing, and the comments that an edit would touch.

The text is spliced by character offsets. ast-grep's own `commit_edits` (0.51) drops leading blank
lines, form feeds and overlapping edits without a word.
"""

from __future__ import annotations

import ast
import bisect
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import accumulate, pairwise

from flake8_hybridize.fixes.syntax import Span, comments_in
from flake8_hybridize.results import Applicability, Edit, Fix
from flake8_hybridize.source.text import Source

COMMENT_REASON = "a comment inside the edited range may be lost or end up in another place"


def make_fix(
    source: Source,
    edits: Iterable[Edit],
    applicability: Applicability,
    description: str,
    reason: str = "",
    *,
    touched: Sequence[Span] = (),
) -> Fix | None:
    """The fix made of `edits`, or None if they overlap or change nothing.

    Edits that meet become one, insertions in the order in which they are given. A comment inside an
    edited range, or inside one of the ranges `touched`, makes it unsafe.
    """
    ordered = _joined(sorted(dict.fromkeys(edits), key=_place))
    effective = any(source.text[edit.start : edit.end] != edit.text for edit in ordered)
    if not effective or any(second.start < first.end for first, second in pairwise(ordered)):
        return None
    fix = Fix(ordered, applicability, description, reason)
    ranges = [(edit.start, edit.end) for edit in ordered]
    if comments_in(source.text, [*ranges, *touched]):
        return _degraded(fix)
    return fix


def _joined(ordered: Sequence[Edit]) -> tuple[Edit, ...]:
    joined: list[Edit] = []
    for edit in ordered:
        last = joined[-1] if joined else None
        if last is not None and last.end == edit.start and clash(last, edit):
            joined[-1] = Edit(last.start, edit.end, last.text + edit.text)
        else:
            joined.append(edit)
    return tuple(joined)


def _degraded(fix: Fix) -> Fix:
    worse = Applicability.UNSAFE if fix.applicability is Applicability.SAFE else fix.applicability
    reason = f"{fix.reason}; {COMMENT_REASON}" if fix.reason else COMMENT_REASON
    return replace(fix, applicability=worse, reason=reason)


def _place(edit: Edit) -> tuple[int, int]:
    return edit.start, edit.end


def clash(first: Edit, second: Edit) -> bool:
    """Whether two different edits cannot be made together: they overlap, or meet where one inserts."""
    if first.start > second.start:
        first, second = second, first
    if first.start == first.end or second.start == second.end:
        return second.start <= first.end
    return second.start < first.end


class Batch:
    """Edits of several fixes that can be made together.

    Fixes may share a whole-line edit (the same import added or removed), nothing else.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._taken: list[Edit] = []

    @property
    def edits(self) -> tuple[Edit, ...]:
        """The edits of all fixes, in the order of the text, shared ones once."""
        return tuple(self._taken)

    def add(self, edits: Sequence[Edit]) -> bool:
        """Take the edits of one more fix, if none of them clashes with those taken."""
        new = [edit for edit in edits if not self._shared(edit)]
        if any(clash(edit, other) for edit in new for other in self._neighbours(edit)):
            return False
        for edit in new:
            bisect.insort(self._taken, edit, key=_place)
        return True

    def _neighbours(self, edit: Edit) -> list[Edit]:
        index = bisect.bisect_left(self._taken, _place(edit), key=_place)
        return self._taken[max(0, index - 1) : index + 2]

    def _shared(self, edit: Edit) -> bool:
        return edit in self._neighbours(edit) and _whole_lines(edit, self._text)


def _whole_lines(edit: Edit, text: str) -> bool:
    at_line_start = edit.start == 0 or text[edit.start - 1] in "\r\n"
    inserted, removed = edit.text, text[edit.start : edit.end]
    return at_line_start and all(not part or part[-1] in "\r\n" for part in (inserted, removed))


def splice(text: str, edits: Iterable[Edit]) -> str:
    """`text` with the edits made; they must not clash, in any order, equal ones count once."""
    parts: list[str] = []
    done = 0
    for edit in sorted(set(edits), key=_place):
        if edit.start < done or not edit.start <= edit.end <= len(text):
            raise ValueError(f"edits overlap or lie outside the text at offset {edit.start}")
        parts += text[done : edit.start], edit.text
        done = edit.end
    parts.append(text[done:])
    return "".join(parts)


class Moves:
    """Where the characters of a text are after its edits."""

    def __init__(self, edits: Iterable[Edit]) -> None:
        self._edits = sorted(set(edits), key=_place)
        self._starts = [edit.start for edit in self._edits]
        grown = (len(edit.text) - (edit.end - edit.start) for edit in self._edits)
        self._shifts = list(accumulate(grown, initial=0))

    def __call__(self, offset: int) -> int:
        """The new offset; for a character that was replaced, the start of the replacement."""
        count = bisect.bisect_right(self._starts, offset)
        last = self._edits[count - 1] if count else None
        if last is not None and last.end > offset:
            return last.start + self._shifts[count - 1]
        return offset + self._shifts[count]


def parsed(text: str) -> ast.Module | None:
    """The tree of `text`, or None if it is not valid Python."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
