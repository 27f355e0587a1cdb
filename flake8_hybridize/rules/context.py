"""What a rule may ask when it turns verdicts into findings."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from functools import cached_property

from flake8_hybridize.hazards.base import Rule, Signal
from flake8_hybridize.hazards.summaries import Program
from flake8_hybridize.model.index import in_tests
from flake8_hybridize.model.module import Function, Module
from flake8_hybridize.options import Options
from flake8_hybridize.results import Confidence, Finding
from flake8_hybridize.source.text import Source
from flake8_hybridize.verdict.callers import Callers
from flake8_hybridize.verdict.decide import Judge, Judged

LONGEST = 158


@dataclass(frozen=True, slots=True)
class Origin:
    """What a finding was made of, for fixes: too large to travel with it."""

    node: ast.AST
    function: Function | None
    signal: Signal | None


@dataclass
class Context:
    """One analysed module with everything decided about it."""

    source: Source
    module: Module
    options: Options
    program: Program
    callers: Callers
    judge: Judge
    judged: tuple[Judged, ...]
    origins: dict[Finding, Origin] = field(default_factory=dict)

    @cached_property
    def is_test(self) -> bool:
        """Whether the file belongs to a test suite."""
        return in_tests(self.source.path)

    def finding(
        self, rule: Rule, node: ast.AST, message: str, function: Function | None, confidence: Confidence, signal: Signal | None = None
    ) -> Finding:
        """A finding on `node`; a function or class is marked on its `def` line only."""
        positions = self.source.positions
        line, column = node.lineno, node.col_offset  # type: ignore[attr-defined]
        end_line = getattr(node, "end_lineno", line) or line
        end_column = getattr(node, "end_col_offset", column) or column
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.For, ast.While)) or end_line > line:
            end_line, end_column = line, 10**6
        found = Finding(
            code=rule.code,
            path=self.source.path,
            line=line,
            column=positions.character_column(line, column) + 1,
            end_line=end_line,
            end_column=positions.character_column(end_line, end_column) + 1,
            message=_clean(message),
            function=function.qualname if function is not None else "<module>",
            confidence=confidence,
            severity=rule.severity,
        )
        self.origins[found] = Origin(node, function, signal)
        return found


def _clean(message: str) -> str:
    text = " ".join(message.split()).rstrip(".")
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
