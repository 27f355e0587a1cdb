"""What is decided about one function, each part found out when it is first asked for.

Most functions need no verdict for their findings: what is neither traced nor called in a loop has none.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from flake8_hybridize.hazards.base import Signal
from flake8_hybridize.hazards.summaries import Reach, Summary
from flake8_hybridize.model.module import Function
from flake8_hybridize.results import (
    Confidence,
    Decision,
    Hazard,
    Parameter,
    Precondition,
    SideEffect,
    Verdict,
)
from flake8_hybridize.source.text import Source
from flake8_hybridize.tensors.values import MAYBE, NO
from flake8_hybridize.verdict.boundary.hyb305_shapes import may_be_relaxed
from flake8_hybridize.verdict.boundary.hyb309_too_small import costs_more
from flake8_hybridize.verdict.boundary.hyb404_signature import inferred_signature
from flake8_hybridize.verdict.boundary.signing import needed_signature
from flake8_hybridize.verdict.heat import Heat
from flake8_hybridize.verdict.messages import sentence
from flake8_hybridize.verdict.parameters import TENSOR_KINDS, classify, computes

if TYPE_CHECKING:
    from flake8_hybridize.verdict.decide import Judge

# What the decorator's arguments, or the way the function is called, can mend.
_RECONFIGURED = frozenset(
    ("HYB237", "HYB302", "HYB303", "HYB305", "HYB306", "HYB307", "HYB401", "HYB403", "HYB405")
)
_SAFETY = frozenset(
    (
        "can be decorated",
        "computes tensors",
        "no hazard",
        "nothing unknown that could hide one",
        "no Python number or text that varies",
        "not recursive",
        "may leave eager mode",
    )
)


TIERS = {Reach.ALONE: "function", Reach.MODULE: "module", Reach.PROJECT: "project"}


class Judged:
    """One function as the rules see it."""

    def __init__(self, judge: Judge, function: Function) -> None:
        self.judge = judge
        self.function = function

    @cached_property
    def summary(self) -> Summary:
        """What a call of the function does."""
        return self.judge.program.summary(self.function)

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """What the parameters are given."""
        return classify(self.judge.program, self.judge.callers, self.function)

    @cached_property
    def hybrid(self) -> bool:
        """Whether it is a tf.function."""
        return self.judge.program.is_hybrid(self.function)

    @cached_property
    def traced_by(self) -> str | None:
        """Who traces it, not counting its own decorator."""
        return self.judge.coverage.traced_by(self.function)

    @cached_property
    def signals(self) -> list[tuple[Signal, Confidence]]:
        """Its hazards, with how sure each is."""
        return self.judge.signals(self.function)

    @cached_property
    def heat(self) -> Heat:
        """Whether it is called again and again."""
        return self.judge.heat.of(self.function)

    @cached_property
    def preconditions(self) -> tuple[Precondition, ...]:
        """What must hold for adding `tf.function`."""
        return self.judge.preconditions(self.function)

    @property
    def computes(self) -> bool:
        """Whether it may compute tensors, by itself or by what it calls."""
        return self.summary.work.tensors != NO

    @cached_property
    def decision(self) -> Decision:
        """What to do with it."""
        if self.hybrid:
            return self._reconsidered()
        if not self.computes or not all(p.holds for p in self.preconditions):
            return Decision.KEEP
        covered = self.judge.covered_by_proposal(self.function) is not None
        return Decision.KEEP if covered else Decision.HYBRIDIZE

    def _reconsidered(self) -> Decision:
        codes = {
            signal.rule.code
            for signal, confidence in self.signals
            if confidence >= Confidence.LIKELY and (signal.repairable or signal.rule.code != "HYB305")
        }
        if "HYB301" in codes:
            return Decision.DEHYBRIDIZE
        if codes & _RECONFIGURED:
            return Decision.RECONFIGURE
        if self._acts or not costs_more(self.judge.border, self.function):
            return Decision.KEEP
        return Decision.DEHYBRIDIZE

    @property
    def _acts(self) -> bool:
        """Whether it has side effects, which happen at another time without the graph; numbers drawn are none."""
        return any(
            signal.effect not in ("", "random", "time") and confidence >= Confidence.LIKELY
            for signal, confidence in self.signals
        )

    @cached_property
    def confidence(self) -> Confidence:
        """How sure the verdict is, from what stays unknown."""
        unknowns = self.summary.unknowns
        if any(not unknown.modellike for unknown in unknowns):
            return Confidence.GUESS
        if unknowns or any(p.kind == "unknown" for p in self.parameters):
            return Confidence.LIKELY
        return Confidence.LIKELY if self.summary.work.tensors == MAYBE else Confidence.PROVED

    @cached_property
    def tier(self) -> str:
        """How far one had to look: `function`, `module` or `project`; what the body says for sure is not looked beyond."""
        final = any(s.blocks and not s.path and c >= Confidence.LIKELY for s, c in self.signals)
        if final and not self.hybrid:
            return TIERS[Reach.ALONE]
        return TIERS[max(self.summary.reach, self.judge.callers.reach_of(self.function))]

    @cached_property
    def options(self) -> tuple[str, ...]:
        """Arguments that its tf.function should have."""
        if self.signature is not None:
            return ("input_signature",)
        relaxed = any(s.rule.code == "HYB305" and s.repairable for s, _ in self.signals)
        if not relaxed and self.decision is Decision.HYBRIDIZE and self._takes_tensors:
            relaxed = may_be_relaxed(self.judge.border, self.function)
        return ("reduce_retracing",) if relaxed else ()

    @cached_property
    def signature(self) -> str | None:
        """The `input_signature` that its calls demand of a new decorator, where it can be written."""
        wanted = self.decision is Decision.HYBRIDIZE and self._takes_tensors
        return needed_signature(self.judge.border, self.function) if wanted else None

    @property
    def _takes_tensors(self) -> bool:
        return any(p.kind in TENSOR_KINDS and p.confidence >= Confidence.LIKELY for p in self.parameters)


def verdict(judged: Judged, source: Source) -> Verdict:
    """Everything decided about the function, as reports show it."""
    function = judged.function
    tensor_work = computes(judged.summary.work.tensors, judged.parameters)
    shown = [
        (signal, confidence)
        for signal, confidence in judged.signals
        if not signal.rule.opt_in and (not judged.hybrid or confidence >= Confidence.LIKELY)
    ]
    hazards = tuple(_hazard(signal, confidence, function, source) for signal, confidence in shown)
    blockers = tuple(dict.fromkeys(signal.rule.code for signal, _ in shown if signal.blocks))
    return Verdict(
        path=source.path,
        qualname=function.qualname,
        line=function.line,
        end_line=function.node.end_lineno or function.line,
        hybrid=judged.hybrid,
        parameters=judged.parameters,
        tensor_computation=tensor_work is not None and tensor_work >= Confidence.LIKELY,
        side_effects=tuple(
            SideEffect(hazard.line, hazard.column, signal.effect, hazard.message)
            for (signal, _), hazard in zip(shown, hazards)
            if signal.effect and not signal.guarded and not _makes_itself(signal, function)
        ),
        recursive=judged.summary.recursive,
        hazards=hazards,
        blockers=() if judged.hybrid else blockers,
        eligible=all(p.holds for p in judged.preconditions if p.name in _SAFETY),
        confidence=judged.confidence,
        traced_by=judged.traced_by,
        heat=judged.heat.level,
        heat_evidence=judged.heat.evidence,
        benefit=judged.judge.benefit(function, judged.summary.work, judged.heat.level),
        decision=judged.decision,
        input_signature=judged.signature or inferred_signature(judged.judge.border, function),
        options=judged.options,
        tier=judged.tier,
        preconditions=judged.preconditions,
    )


def _makes_itself(signal: Signal, function: Function) -> bool:
    """Whether a constructor gives the new object its attributes, which nobody has seen without them."""
    return function.name in ("__init__", "__post_init__") and signal.param == 0 and not signal.path


def _hazard(signal: Signal, confidence: Confidence, function: Function, source: Source) -> Hazard:
    line, offset = signal.node.lineno, signal.node.col_offset  # type: ignore[attr-defined]
    column = source.positions.character_column(line, offset) + 1
    message = sentence(signal, function)
    return Hazard(signal.rule.code, signal.name, line, column, message, confidence, signal.path, signal.chain)
