"""What the command does with one file; a `Task` travels to the worker processes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flake8_hybridize.config import Settings
from flake8_hybridize.hosts.guard import analysed
from flake8_hybridize.hosts.selection import for_file, wanted
from flake8_hybridize.options import Options
from flake8_hybridize.report.run import FileError, FileResult, Rewrite
from flake8_hybridize.results import Analysis, Finding
from flake8_hybridize.source.noqa import reported
from flake8_hybridize.source.text import Source, UnreadableSource, mentions_tensorflow, read_bytes

if TYPE_CHECKING:
    from flake8_hybridize.cache.results import Results
    from flake8_hybridize.model.project import Project

STDIN = "-"


@dataclass(frozen=True, slots=True)
class Task:
    """What to do with each file of a run.

    `verdicts`: keep the verdicts, and look at files without any mention of TensorFlow too; `rows`: as JSON.
    `fix`: compute the fixed text, nothing is written here; `unsafe`: with unsafe fixes.
    `fixes`: findings come with their fixes, for formats that show them.
    `stdin`: what was read from standard input, for the path `-`.
    """

    settings: Settings
    paths: tuple[str, ...]
    verdicts: bool = False
    rows: bool = False
    fix: bool = False
    unsafe: bool = False
    fixes: bool = False
    stdin: bytes = b""
    stdin_name: str = "stdin"


class Worker:
    """Does a task file by file; holds what the files of one process share."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._options = replace(
            task.settings.options,
            verdicts=task.verdicts,
            findings=not task.verdicts,
            fixes=task.fix or task.fixes,
        )
        self._shared: Project | None = None
        self._earlier: Analysis | None = None
        self._data: bytes | None = None
        self._disk: Source | None = None

    def __call__(self, path: str) -> FileResult:
        """The result for one file; whatever is wrong with the file is part of the result."""
        name = self._task.stdin_name if path == STDIN else path
        try:
            data = self._task.stdin if path == STDIN else read_bytes(path)
            if not self._task.verdicts and not mentions_tensorflow(data):
                return FileResult(name, _count_lines(data))
            kept = None if self._cache is None or path == STDIN else self._cache.find(path, data)
            if isinstance(kept, tuple):
                return FileResult(name, kept[0], rows=kept[1])
            source = Source.from_bytes(data, name)
            self._earlier = kept
            if self._earlier is None:
                source = self._project.parsed(source)
        except UnreadableSource as error:
            return FileResult(name, error=FileError(name, error.line, error.message))
        self._data = None if path == STDIN else data
        return self._verdicts(source) if self._task.verdicts else self._check(source)

    def close(self) -> None:
        """Writes what the cache is still to remember."""
        if "_cache" in self.__dict__ and self._cache is not None:
            self._cache.close()

    def _verdicts(self, source: Source) -> FileResult:
        lines = len(source.lines)
        if not self._task.rows:
            found = self._analysed(source)
            return FileResult(source.path, lines, verdicts=found.verdicts, error=_error(found))
        from flake8_hybridize.report.functions_json import packed, rows

        found = analysed(source, self._deselecting, lambda: self._project)
        written = packed(rows(found.verdicts))
        self._keep(found, (lines, written))
        return FileResult(source.path, lines, rows=written, error=_error(found))

    def _check(self, source: Source) -> FileResult:
        if self._task.fix:
            return self._fixed(source)
        findings = self._findings(source)
        text = source.text if findings else None
        return FileResult(source.path, len(source.lines), tuple(findings), text=text)

    def _fixed(self, source: Source) -> FileResult:
        from flake8_hybridize.fixes.apply import fix_text

        self._disk = source
        fixed = fix_text(source, self._findings, self._task.unsafe)
        rewrite = None
        if fixed.text != source.text:
            rewrite = Rewrite(source.with_text(source.text), fixed.text, fixed.applied)
        notes = tuple(f"{source.path}: {r.finding.code} is not fixed: {r.note}" for r in fixed.refused)
        findings = tuple(sorted(fixed.remaining, key=_place))
        rests = frozenset(self._project.reads.followed(os.path.abspath(source.path)))
        return FileResult(
            source.path,
            len(source.lines),
            findings,
            text=fixed.text,
            rewrite=rewrite,
            notes=notes,
            rests=rests,
        )

    def _findings(self, source: Source) -> Sequence[Finding]:
        kept = for_file(self._analysed(source).findings, source.path, self._task.settings["per-file-ignores"])
        found = {finding for finding in reported(kept, source) if self._wanted(finding.code)}
        return sorted(found, key=_place)

    def _analysed(self, source: Source) -> Analysis:
        if self._earlier is not None:
            return self._earlier
        found = analysed(source, self._deselecting, lambda: self._project_of(source))
        self._keep(found, found)
        return found

    def _keep(self, found: Analysis, value: Analysis | tuple[int, bytes]) -> None:
        if self._cache is not None and self._data is not None and found.error is None:
            self._cache.keep(found.path, self._data, value, self._project)

    @cached_property
    def _cache(self) -> Results[Any] | None:
        """Results of earlier runs; none where fixes are wanted, which follow from more than the findings."""
        if self._task.settings["no-cache"] or self._options.fixes:
            return None
        from flake8_hybridize.cache.results import ANALYSES, ROWS, Results, default_folder

        folder = self._task.settings["cache-dir"]
        place = Path(folder) if folder else default_folder()
        return Results(place, self._deselecting, self._project.roots, ROWS if self._task.rows else ANALYSES)

    @cached_property
    def _deselecting(self) -> Options:
        """The options with every deselected code spelled out: the longest prefix decides, here only."""
        from flake8_hybridize.rules.registry import RULES

        unwanted = tuple(code for code in RULES if not self._wanted(code))
        return replace(self._options, select=(), ignore=unwanted)

    def _wanted(self, code: str) -> bool:
        options = self._options
        select = options.select and (*options.select, *options.extend_select)
        return wanted(code, select, options.ignore)

    def _project_of(self, source: Source) -> Project:
        """The project, in which a text that is only tried leaves no trace: other files are judged by what is on disk."""
        tried = self._disk is not None and source.text != self._disk.text
        return self._project.revised(source) if tried else self._project

    @property
    def _project(self) -> Project:
        if self._shared is None:
            from flake8_hybridize.model.project import Project

            files = [Path(path) for path in self._task.paths if path != STDIN]
            self._shared = Project.for_paths(files, self._options.source_roots)
        self._shared = self._shared.kept_small()
        return self._shared


def _error(found: Analysis) -> FileError | None:
    return FileError(found.path, None, found.error) if found.error else None


def _place(finding: Finding) -> tuple[int, int, str, str]:
    return finding.line, finding.column, finding.code, finding.message


def _count_lines(data: bytes) -> int:
    return data.count(b"\n") + (not data.endswith(b"\n") and bool(data))
