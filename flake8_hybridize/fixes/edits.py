"""Edits of one text: ordering, overlap, splicing, and the comments that an edit would touch.

The text is spliced by character offsets. ast-grep's own `commit_edits` (0.51) drops leading blank
lines, form feeds and overlapping edits without a word.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

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


def compatible(edits: Iterable[Edit], others: Iterable[Edit], text: str) -> bool:
    """Whether two fixes can be applied together.

    They may share a whole-line edit (the same import added or removed), nothing else.
    """
    others = tuple(others)
    return all(
        not clash(edit, other) or (edit == other and _whole_lines(edit, text))
        for edit in edits
        for other in others
    )


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


def moved(offset: int, edits: Iterable[Edit]) -> int:
    """Where the character at `offset` is after the edits; of what was replaced, the replacement's start."""
    shift = 0
    for edit in sorted(set(edits), key=_place):
        if edit.start > offset:
            break
        if edit.end > offset:
            return edit.start + shift
        shift += len(edit.text) - (edit.end - edit.start)
    return offset + shift


def parsed(text: str) -> ast.Module | None:
    """The tree of `text`, or None if it is not valid Python."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
