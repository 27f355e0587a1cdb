"""Fixed texts on their way out: to the file, to standard output, or as a diff."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace

from flake8_hybridize.report import patch
from flake8_hybridize.report.run import FileError, FileResult, Rewrite, Run
from flake8_hybridize.source.text import UnreadableSource

ROUNDS = 5
"""How often the files are looked at: what is fixed in one file can make a fix right in another."""


def settled(run: Run, again: Callable[[tuple[str, ...]], Run]) -> Run:
    """The outcome after all fixed texts were written, and those of runs over what rests on them until none is left."""
    outcome = latest = _all_written(run)
    for _ in range(ROUNDS - 1):
        changed = {os.path.abspath(result.path) for result in latest.results if result.rewrite}
        concerned = tuple(result.path for result in outcome.results if not changed.isdisjoint(result.rests))
        if not concerned:
            break
        latest = _all_written(again(concerned))
        outcome = _joined(outcome, latest)
    return outcome


def _all_written(run: Run) -> Run:
    return replace(run, results=tuple(map(written, run.results)))


def _joined(before: Run, latest: Run) -> Run:
    """The results of the latest run, of the ones before it where it has none, with what those rewrote."""
    later = {result.path: result for result in latest.results}
    results = (
        _rewritten(result.rewrite, later[result.path]) if result.path in later else result
        for result in before.results
    )
    return replace(before, results=tuple(results), seconds=before.seconds + latest.seconds)


def _rewritten(earlier: Rewrite | None, result: FileResult) -> FileResult:
    last = result.rewrite
    if earlier is None or last is None:
        return replace(result, rewrite=last or earlier)
    return replace(result, rewrite=Rewrite(earlier.before, last.after, earlier.applied + last.applied))


def written(result: FileResult) -> FileResult:
    """The result after its fixed text was written to its file, or with the reason why it was not."""
    if result.rewrite is None:
        return result
    from flake8_hybridize.fixes.write import write_atomically

    try:
        write_atomically(result.path, result.rewrite.before, result.rewrite.after)
    except UnreadableSource as error:
        return replace(result, error=FileError(result.path, error.line, error.message), rewrite=None)
    return result


def fixed_stdin(run: Run, data: bytes) -> bytes:
    """What was read from standard input, with the fixes applied, in its own encoding."""
    rewrite = run.results[0].rewrite
    return data if rewrite is None else rewrite.before.encode(rewrite.after)


def diff(run: Run) -> bytes:
    """A unified diff of all files that the fixes change, each in its own encoding."""
    rewritten = [result.rewrite for result in run.results if result.rewrite]
    return b"".join(map(_diff, rewritten))


def _diff(rewrite: Rewrite) -> bytes:
    before = rewrite.before
    return patch.unified(before.path, before.encode(before.text), before.encode(rewrite.after))
