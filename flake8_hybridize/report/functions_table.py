"""The verdicts on all functions as a table for people, with a summary of decisions and blockers."""

from __future__ import annotations

import io
import shutil
import sys
from collections import Counter
from collections.abc import Iterable

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from flake8_hybridize.report.functions import tensor_parameters
from flake8_hybridize.report.run import Run
from flake8_hybridize.results import Decision, Verdict
from flake8_hybridize.rules.registry import RULES

NARROWEST = 80
WIDEST = 1000
NEVER_FOLDED = ("now", "heat", "benefit", "decision", "confidence")


def render(run: Run) -> str:
    """Functions with tensor computation or a decorator, then the counts; plain text, no colours."""
    text = io.StringIO()
    console = Console(
        file=text, width=_width(), color_system=None, force_terminal=False, legacy_windows=False
    )
    for part in _parts(run):
        console.print(part)
    return "\n".join(line.rstrip() for line in text.getvalue().splitlines()) + "\n"


def _width() -> int:
    """Columns of the terminal; without one there is nothing to fold lines for."""
    return max(shutil.get_terminal_size().columns, NARROWEST) if sys.stdout.isatty() else WIDEST


def _parts(run: Run) -> Iterable[RenderableType]:
    worth_a_row = [verdict for verdict in run.verdicts if verdict.hybrid or verdict.tensor_computation]
    if worth_a_row:
        yield _functions(worth_a_row)
    yield Text(_totals(run, len(worth_a_row)))
    yield _counts(
        "decision", {decision.value: 0 for decision in Decision}, (v.decision.value for v in run.verdicts)
    )
    blockers = [code for verdict in run.verdicts if not verdict.hybrid for code in verdict.blockers]
    if blockers:
        yield _counts("held back by", {}, (f"{code} {RULES[code].summary}" for code in blockers))


def _functions(verdicts: list[Verdict]) -> Table:
    table = Table(box=None, pad_edge=False)
    for column in ("function", "now", "tensors", "heat", "benefit", "hazards", "decision", "confidence"):
        table.add_column(column, overflow="fold", no_wrap=column in NEVER_FOLDED)
    for verdict in verdicts:
        table.add_row(
            Text(f"{verdict.path}:{verdict.line} {verdict.qualname}"),
            "hybrid" if verdict.hybrid else "eager",
            Text(" ".join(tensor_parameters(verdict))),
            verdict.heat,
            verdict.benefit,
            " ".join(sorted({hazard.code for hazard in verdict.hazards})),
            verdict.decision.value,
            verdict.confidence.label,
        )
    return table


def _totals(run: Run, rows: int) -> str:
    counts = f"{len(run.verdicts)} functions in {len(run.results)} files, {run.lines} lines"
    return f"\n{counts}; {rows} compute tensors or are hybrid; {run.seconds:.2f} s\n"


def _counts(title: str, start: dict[str, int], items: Iterable[str]) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("functions", justify="right")
    table.add_column(title)
    counter = Counter(start)
    counter.update(items)
    for item, number in sorted(counter.items(), key=lambda pair: (-pair[1], pair[0])):
        table.add_row(str(number), Text(item))
    return table
