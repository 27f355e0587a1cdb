"""Fixed texts on their way out: to the file, to standard output, or as a diff."""

from __future__ import annotations

import difflib
from dataclasses import replace

from flake8_hybridize.report.run import FileError, FileResult, Run
from flake8_hybridize.source.positions import split_lines
from flake8_hybridize.source.text import Source, UnreadableSource


def written(result: FileResult) -> FileResult:
    """The result after its fixed text was written to its file, or with the reason why it was not."""
    if result.rewrite is None:
        return result
    from flake8_hybridize.fixes.write import write_atomically

    try:
        source = Source.from_path(result.path)
        if source.text != result.rewrite.before:
            raise UnreadableSource(result.path, None, "not fixed: it was changed meanwhile")
        write_atomically(result.path, source, result.rewrite.after)
    except UnreadableSource as error:
        return replace(result, error=FileError(result.path, error.line, error.message), rewrite=None)
    except OSError as error:
        message = f"cannot be written: {error.strerror or error}"
        return replace(result, error=FileError(result.path, None, message), rewrite=None)
    return result


def fixed_stdin(run: Run, data: bytes) -> bytes:
    """What was read from standard input, with the fixes applied, in its own encoding."""
    result = run.results[0]
    if result.rewrite is None:
        return data
    return Source.from_bytes(data, result.path).encode(result.rewrite.after)


def diff(run: Run) -> str:
    """A unified diff of all files that the fixes change."""
    return "".join(
        _diff(result.path, result.rewrite.before, result.rewrite.after)
        for result in run.results
        if result.rewrite
    )


def _diff(path: str, before: str, after: str) -> str:
    old, new = split_lines(before), split_lines(after)
    lines = difflib.unified_diff(old, new, f"{path}", f"{path}")
    return "".join(
        line if line.endswith(("\n", "\r")) else f"{line}\n\\ No newline at end of file\n" for line in lines
    )
