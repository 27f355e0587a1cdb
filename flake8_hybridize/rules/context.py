"""What a rule may ask when it turns verdicts into findings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from flake8_hybridize.hazards.base import Rule, Signal
from flake8_hybridize.hazards.summaries import Program
from flake8_hybridize.model.index import in_tests
from flake8_hybridize.model.module import Function, Module
from flake8_hybridize.options import Options
from flake8_hybridize.results import Confidence, Finding
from flake8_hybridize.source.positions import Node
from flake8_hybridize.source.text import Source
from flake8_hybridize.verdict.callers import Callers
from flake8_hybridize.verdict.decide import Judge
from flake8_hybridize.verdict.judged import Judged

LONGEST = 158


@dataclass(frozen=True, slots=True)
class Origin:
    """What a finding was made of, for fixes: too large to travel with it."""

    node: Node
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
        return in_tests(self.module.location)

    @cached_property
    def traced_lambdas(self) -> tuple[Judged, ...]:
        """Lambdas that `tf.function`, a dataset or Keras surely traces; like other lambdas they are not in `judged`."""
        lambdas = (function for function in self.module.functions if function.is_lambda)
        traced = (f for f in lambdas if self.program.is_hybrid(f) or self.judge.coverage.always_traced(f))
        return tuple(self.judge.judge(function) for function in traced)

    def wants(self, rule: Rule) -> bool:
        """Whether this run reports the rule."""
        code, options = rule.code, self.options
        if rule.opt_in and not code.startswith(options.extend_select or ("\0",)):
            return False
        if options.select and not code.startswith((*options.select, *options.extend_select)):
            return False
        return not (options.ignore and code.startswith(options.ignore))

    def finding(
        self,
        rule: Rule,
        node: Node,
        message: str,
        function: Function | None,
        confidence: Confidence,
        signal: Signal | None = None,
    ) -> Finding:
        """A finding on `node`; a function or class is marked on its `def` line only."""
        line, column, end_line, end_column = self.source.positions.span(node)
        found = Finding(
            code=rule.code,
            path=self.source.path,
            line=line,
            column=column + 1,
            end_line=end_line,
            end_column=end_column + 1,
            message=_clean(message),
            function=function.qualname if function is not None else "<module>",
            confidence=confidence,
            severity=rule.severity,
        )
        self.origins[found] = Origin(node, function, signal)
        return found


def fitting(candidates: Sequence[str]) -> str:
    """The first message that is short enough, else the last; the fullest comes first."""
    return next((text for text in candidates if len(text) <= LONGEST), candidates[-1])


def _clean(message: str) -> str:
    text = " ".join(message.split()).rstrip(".")
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
