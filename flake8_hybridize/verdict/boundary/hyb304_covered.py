"""HYB304: a decorator on a function that is only ever traced as part of something else."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_hybridize.hazards.base import DETECTORS, OWN, Category, Rule, Signal
from flake8_hybridize.model.module import Function, last_part
from flake8_hybridize.results import Applicability
from flake8_hybridize.source.tree import walk
from flake8_hybridize.tensors.decorators import Decoration
from flake8_hybridize.tensors.values import DATASET
from flake8_hybridize.verdict.boundary.base import Border, border
from flake8_hybridize.verdict.boundary.hyb217_keras_call import stale_call
from flake8_hybridize.verdict.boundary.makings import at, surely_traced
from flake8_hybridize.verdict.callers import Handed
from flake8_hybridize.verdict.messages import line_in

RULE = DETECTORS.declare(
    Rule(
        code="HYB304",
        name="covered",
        summary="the decorated function is traced by its callers anyway",
        category=Category.USELESS,
        names=("COVERED",),
        opt_in=True,
        fix=Applicability.UNSAFE,
    )
)
PLACES = 2
_KERAS_STEPS = ("train_step", "test_step", "predict_step")
_EXPORTS = ("save", "export", "get_concrete_function", "write", "add_endpoint")


@border
def covered(known: Border, function: Function) -> Iterator[Signal]:
    """A bare decorator on a function that no eager code can reach."""
    decoration = known.program.decoration(function)
    if decoration is None or not _is_bare(function, decoration):
        return
    if next(stale_call(known, function), None) is not None:
        return
    who = _nested(known, function) or _keras(known, function) or _called(known, function)
    if who:
        yield Signal(
            RULE, "COVERED", decoration.node, f"is {who}; its own tf.function adds nothing", "remove it", "traced anyway",
            param=OWN, blocks=False,
        )  # fmt: skip


def _is_bare(function: Function, decoration: Decoration) -> bool:
    """Options (a signature, XLA, autograph) and other decorators are reasons to keep the decorator."""
    options = {name for name, _ in decoration.arguments} - {"reduce_retracing", "experimental_relax_shapes"}
    others = [node for node in function.decorators if node is not decoration.node]
    return (
        not options and not decoration.wrapper and all(last_part(node) == "staticmethod" for node in others)
    )


def _nested(known: Border, function: Function) -> str:
    parent = function.parent
    while parent is not None:
        if known.program.is_hybrid(parent):
            return f"nested in {parent.qualname}, which is traced as a whole"
        parent = parent.parent
    return ""


def _keras(known: Border, function: Function) -> str:
    if function.owner is None or function.name not in _KERAS_STEPS:
        return ""
    if known.program.engine.base_kind(function.owner) != "model" or known.method_calls.get(function.name):
        return ""
    return "compiled by Keras" if known.method_calls.get("fit") else ""


def _called(known: Border, function: Function) -> str:
    """Every mention of the function is a call by traced code, or hands it to tf.data."""
    sites = known.callers.calls(function)
    handed = known.callers.hand_overs(function)
    if not sites and not handed:
        return ""
    if any(not surely_traced(known, site.caller) for site in sites) or not _at_few_places(known, function):
        return ""
    if not all(_is_dataset_callback(handed_over) for handed_over in handed):
        return ""
    if _is_public(known, function) or _escapes(known, function, len(sites) + len(handed)):
        return ""
    if not sites:
        return f"traced by {handed[0].api}, {line_in(handed[0].module, handed[0].call.node, function.module)}"
    where = " and ".join(sorted({f"{s.caller.qualname}, {at(s, function)}" for s in sites if s.caller}))
    return f"only called while tracing ({where})"


def _at_few_places(known: Border, function: Function, depth: int = 4) -> bool:
    """Whether its callers reach the function at a place or two, outside loops: else one trace of it serves them all."""
    if depth == 0 or known.coverage.always_traced(function):
        return depth > 0
    uses = [(site.call, site.caller) for site in known.callers.calls(function)]
    uses += [(handed.call, handed.caller) for handed in known.callers.hand_overs(function)]
    return len(uses) <= PLACES and all(
        not call.where.loops
        and (caller is None or known.program.is_hybrid(caller) or _at_few_places(known, caller, depth - 1))
        for call, caller in uses
    )


def _is_dataset_callback(handed: Handed) -> bool:
    receiver = handed.call.receiver
    return handed.how == "traced" and receiver is not None and receiver.kinds == DATASET


def _is_public(known: Border, function: Function) -> bool:
    """Whether code that is not visible may use the function: parts of packages, what modules save."""
    if function.parent is not None or function.name.startswith("_"):
        private = not function.name.startswith("__")
    else:
        private = not function.module.package and not function.module.is_package
    return not private or (function.owner is not None and _exports(known))


def _exports(known: Border) -> bool:
    return any(known.method_calls.get(name) for name in _EXPORTS)


def _escapes(known: Border, function: Function, expected: int) -> bool:
    """Whether the name is used for more than the calls that were resolved."""
    mentions = 0
    for node in walk(function.module.tree):
        if isinstance(node, ast.Name):
            mentions += function.owner is None and node.id == function.name and isinstance(node.ctx, ast.Load)
        elif isinstance(node, ast.Attribute):
            mentions += node.attr == function.name
        elif isinstance(node, ast.Constant):
            mentions += node.value == function.name
    return mentions > expected
