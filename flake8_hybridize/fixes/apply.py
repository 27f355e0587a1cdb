"""Applies the fixes of a file's findings, pass by pass, and keeps only those that work.

A fix stays if the result parses, its finding is gone, and nothing new is reported that no later
pass can fix. Fixes that overlap wait for the next pass.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from flake8_hybridize.fixes.edits import Batch, Moves, parsed, splice
from flake8_hybridize.fixes.import_lines import unused_imports
from flake8_hybridize.results import Applicability, Edit, Finding
from flake8_hybridize.source.text import Source, UnreadableSource

PASSES = 10

AnalyseOnce = Callable[[Source], Sequence[Finding]]


@dataclass(frozen=True, slots=True)
class Refused:
    """A fix that was tried and not kept, and why."""

    finding: Finding
    note: str


@dataclass(frozen=True, slots=True)
class FixResult:
    """The fixed text, what was fixed, what was refused, and what is still reported."""

    text: str
    applied: tuple[Finding, ...]
    passes: int
    refused: tuple[Refused, ...]
    remaining: tuple[Finding, ...]


def fix_text(source: Source, analyse_once: AnalyseOnce, unsafe: bool = False) -> FixResult:
    """Apply every safe fix (with `unsafe` also the unsafe ones) of the findings that are reported.

    `analyse_once` gives the findings that the user wants to see: what `noqa` or the selection hides
    is not fixed.
    """
    run = _Run(analyse_once, unsafe, source, tuple(analyse_once(source)))
    passes = 0
    while passes < PASSES and (batch := run.batch()):
        passes += run.apply(batch)
    return FixResult(
        run.source.text,
        tuple(run.applied),
        passes,
        tuple(refused for refused, _ in run.refused),
        run.findings,
    )


@dataclass(frozen=True, slots=True)
class _Trial:
    """A text with some fixes made, and what is wrong with it (nothing: it may stay)."""

    source: Source
    findings: tuple[Finding, ...]
    edits: tuple[Edit, ...]
    problem: str | None


@dataclass(slots=True)
class _Run:
    analyse_once: AnalyseOnce
    unsafe: bool
    source: Source
    findings: tuple[Finding, ...]
    applied: list[Finding] = field(default_factory=list)
    refused: list[tuple[Refused, int]] = field(default_factory=list)

    def applicable(self, finding: Finding) -> bool:
        if finding.fix is None:
            return False
        wanted = finding.fix.applicability
        return wanted is Applicability.SAFE or (self.unsafe and wanted is Applicability.UNSAFE)

    def batch(self) -> list[Finding]:
        """The findings whose fixes can be made together in this pass, in the order of the text."""
        hopeless = {(refused.finding.code, offset) for refused, offset in self.refused}
        taken = Batch(self.source.text)
        chosen: list[Finding] = []
        for finding in sorted(
            self.findings, key=lambda finding: (finding.line, finding.column, finding.code)
        ):
            if not self.applicable(finding) or (finding.code, _offset(self.source, finding)) in hopeless:
                continue
            if taken.add(_edits([finding])):
                chosen.append(finding)
        return chosen

    def apply(self, batch: Sequence[Finding]) -> int:
        """Make the fixes of a batch that work, refuse the others; 1 if the text changed, else 0."""
        trial = self.trial(batch)
        if trial.problem is not None:
            culprits = dict(self.culprits(batch))
            for finding, note in culprits.items():
                self.refused.append((Refused(finding, note), _offset(self.source, finding)))
            batch = [finding for finding in batch if finding not in culprits]
            trial = self.trial(batch)
        while trial.problem is not None and len(batch) > 1:
            batch = batch[: len(batch) // 2]
            trial = self.trial(batch)
        if not batch:
            return 0
        moved = Moves(trial.edits)
        self.refused = [(refused, moved(offset)) for refused, offset in self.refused]
        self.applied += batch
        self.source, self.findings = trial.source, trial.findings
        return 1

    def culprits(self, batch: Sequence[Finding]) -> Iterator[tuple[Finding, str]]:
        """The findings whose fix does not work even alone, found by halving."""
        problem = self.trial(batch).problem
        if problem is None:
            return
        if len(batch) == 1:
            yield batch[0], problem
            return
        middle = len(batch) // 2
        yield from self.culprits(batch[:middle])
        yield from self.culprits(batch[middle:])

    def trial(self, batch: Sequence[Finding]) -> _Trial:
        """The text with these fixes made, and with the imports they leave unused removed."""
        edits = _edits(batch)
        tree = parsed(splice(self.source.text, edits))
        if tree is None:
            return self.failed("the result would not be valid Python")
        unused = unused_imports(self.source, tree)
        together = Batch(self.source.text)
        if together.add(edits) and together.add(unused):
            edits = together.edits
        source = self.source.with_text(splice(self.source.text, edits))
        try:
            source.encode(source.text)
        except UnreadableSource as error:
            return self.failed(error.message)
        findings = tuple(self.analyse_once(source))
        return _Trial(source, findings, edits, self.problem(batch, Moves(edits), source, findings))

    def failed(self, problem: str) -> _Trial:
        return _Trial(self.source, self.findings, (), problem)

    def problem(
        self, batch: Sequence[Finding], moved: Moves, source: Source, findings: Sequence[Finding]
    ) -> str | None:
        """Why the result is no good: a finding that is still there, or a new one that nothing fixes."""
        fixed = Counter(self.place(finding, moved, source) for finding in batch)
        expected = Counter(self.place(finding, moved, source) for finding in self.findings) - fixed
        reported = Counter((finding.code, finding.line) for finding in findings)
        fixable = {(finding.code, finding.line) for finding in findings if self.applicable(finding)}
        for place, count in reported.items():
            if count > expected[place] and place in fixed:
                return f"{place[0]} would still be reported"
            if count > expected[place] and place not in fixable:
                return f"{place[0]} would be reported at line {place[1]} instead"
        return None

    def place(self, finding: Finding, moved: Moves, source: Source) -> tuple[str, int]:
        """The code of a finding, and the line that it would be on after the edits."""
        line, _ = source.positions.place(moved(_offset(self.source, finding)))
        return finding.code, line


def _offset(source: Source, finding: Finding) -> int:
    return source.positions.offset(finding.line, 0) + finding.column - 1


def _edits(findings: Iterable[Finding]) -> tuple[Edit, ...]:
    return tuple(edit for finding in findings if finding.fix for edit in finding.fix.edits)
