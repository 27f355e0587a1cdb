"""The outcome of one run of the command, as the formats get it."""

from __future__ import annotations

from dataclasses import dataclass

from flake8_hybridize.results import Finding, Verdict
from flake8_hybridize.source.text import Source


@dataclass(frozen=True, slots=True)
class FileError:
    """Why a file was not analysed; `line` where the reason has a place."""

    path: str
    line: int | None
    message: str

    def __str__(self) -> str:
        place = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{place}: {self.message}"


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A file as it was read, its text after the fixes, and the findings that were fixed."""

    before: Source
    after: str
    applied: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class FileResult:
    """What was found in one file.

    `text` is kept only for files with findings, to translate the places of edits; after fixes,
    `findings` are those that remain and `text` is the fixed one; `notes` are fixes that were refused.
    `rows` are the verdicts as the JSON report shows them (`functions_json.packed`), where a run wants nothing else;
    `rests`, where fixes are made, the absolute paths of the files that the result rests on.
    """

    path: str
    lines: int = 0
    findings: tuple[Finding, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    error: FileError | None = None
    text: str | None = None
    rewrite: Rewrite | None = None
    notes: tuple[str, ...] = ()
    rows: bytes = b""
    rests: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Run:
    """All files of a run, sorted by path; `seconds` of wall time."""

    results: tuple[FileResult, ...]
    seconds: float
    unread: tuple[FileError, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings of all files, in the order of files and lines."""
        return tuple(finding for result in self.results for finding in result.findings)

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """The verdicts of all files, in the order of files and lines."""
        return tuple(verdict for result in self.results for verdict in result.verdicts)

    @property
    def errors(self) -> tuple[FileError, ...]:
        """Files and folders that were not analysed."""
        return (*self.unread, *(result.error for result in self.results if result.error))

    @property
    def lines(self) -> int:
        """Lines of all files that could be read."""
        return sum(result.lines for result in self.results)
