"""Gives findings their fixes: which builder a code has, and what the builder needs from the analysis.

A code without a row here has no fix, and a finding whose facts are not all certain gets none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from flake8_hybridize.fixes import attach_bodies, attach_calls, attach_decorators, attach_values
from flake8_hybridize.fixes.edits import make_fix
from flake8_hybridize.fixes.scene import Scene, Spot, spots
from flake8_hybridize.results import Applicability, Finding, Fix
from flake8_hybridize.rules.context import Context
from flake8_hybridize.source.text import Source
from flake8_hybridize.verdict.wanted import is_wanted

Builder = Callable[[Spot], Fix | None]

BUILDERS: dict[str, Builder] = {
    "HYB101": attach_decorators.decorate,
    "HYB103": attach_decorators.decorate,
    "HYB105": attach_calls.run_graphs,
    "HYB201": attach_values.printed,
    "HYB208": attach_values.drawn,
    "HYB209": attach_values.clocked,
    "HYB213": attach_values.of_numpy,
    "HYB217": attach_decorators.undecorate_keras,
    "HYB219": attach_values.over_tensor,
    "HYB220": attach_bodies.tested,
    "HYB222": attach_bodies.carried,
    "HYB223": attach_bodies.asserted,
    "HYB227": attach_calls.named,
    "HYB229": attach_decorators.reorder,
    "HYB231": attach_bodies.kept,
    "HYB233": attach_bodies.converted,
    "HYB236": attach_decorators.without_xla,
    "HYB301": attach_decorators.undecorate_useless,
    "HYB302": attach_calls.passed,
    "HYB303": attach_bodies.hoisted,
    "HYB304": attach_decorators.undecorate_covered,
    "HYB305": attach_decorators.relax,
    "HYB308": attach_bodies.rolled,
    "HYB401": attach_decorators.modernise,
    "HYB404": attach_decorators.sign,
}

_RANK = (Applicability.SAFE, Applicability.UNSAFE, Applicability.DISPLAY)


def attach(context: Context, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings, with a fix where there is one."""
    scene = Scene(context)
    return tuple(_with_fix(scene, finding) for finding in findings)


def _with_fix(scene: Scene, finding: Finding) -> Finding:
    builder, context = BUILDERS.get(finding.code), scene.context
    found = spots(scene, finding) if builder is not None else []
    if any(is_wanted(context.callers, context.module, spot.node, spot.function) for spot in found):
        return finding
    fixes = [builder(spot) for spot in found] if builder is not None else []
    complete = [fix for fix in fixes if fix is not None]
    if not complete or len(complete) < len(fixes):
        return finding
    return replace(finding, fix=combined(scene.source, complete))


def combined(source: Source, fixes: Sequence[Fix]) -> Fix | None:
    """One fix that makes several; as careful as the most careful of them."""
    first = fixes[0]
    if len(fixes) == 1:
        return first
    worst = max((fix.applicability for fix in fixes), key=_RANK.index)
    edits = [edit for fix in fixes for edit in fix.edits]
    return make_fix(source, edits, worst, first.description, first.reason)
