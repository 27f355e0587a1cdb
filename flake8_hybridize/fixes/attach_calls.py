"""Fixes of the arguments of calls, and of calls that switch graphs off."""

from __future__ import annotations

import ast
from collections import defaultdict

from flake8_hybridize.fixes.calls import argument_to_tensor
from flake8_hybridize.fixes.edits import make_fix
from flake8_hybridize.fixes.flow import Flow
from flake8_hybridize.fixes.keywords import drop_run_eagerly, remove_argument
from flake8_hybridize.fixes.numbers import tensor_dtype
from flake8_hybridize.fixes.scene import Scene, Spot
from flake8_hybridize.fixes.statements import drop_eager_switch
from flake8_hybridize.hazards.base import Category
from flake8_hybridize.model.module import Function
from flake8_hybridize.results import Applicability, Confidence, Fix
from flake8_hybridize.verdict.boundary.hyb302_literals import varying_arguments
from flake8_hybridize.verdict.judged import Judged

KERAS_COMPILES = ("call", "train_step", "test_step", "predict_step", "compute_loss")
UNKNOWN_DTYPE = "number"
"""Stands for a dtype that is not known: only `tf.cast` and its like take such a tensor for sure."""


def run_graphs(spot: Spot) -> Fix | None:
    """`run_eagerly=True` or the switch deleted (HYB105)."""
    call = spot.node
    if not isinstance(call, ast.Call) or any(
        _fails_as_graph(spot.scene, j) for j in spot.scene.judged.values()
    ):
        return None
    if any(keyword.arg == "run_eagerly" for keyword in call.keywords):
        return drop_run_eagerly(spot.source, call)
    statement = spot.scene.up[call]
    return drop_eager_switch(spot.source, statement) if isinstance(statement, ast.Expr) else None


def _fails_as_graph(scene: Scene, judged: Judged) -> bool:
    """Whether the function would be traced without the switch, and has hazards that it hides."""
    function, border = judged.function, scene.context.judge.border
    compiled = function.name in KERAS_COMPILES and function.owner is not None
    if compiled and function.owner is not None:
        compiled = border.program.engine.base_kind(function.owner) in ("layer", "model")
    if not (judged.hybrid or compiled or border.coverage.always_traced(function)):
        return False
    return any(
        (signal.category or signal.rule.category) in (Category.RAISES, Category.DIFFERS)
        for signal, confidence in judged.signals
        if confidence >= Confidence.LIKELY
    )


def named(spot: Spot) -> Fix | None:
    """The argument that is taken for a name deleted: it does nothing in eager code (HYB227)."""
    call, seen = spot.node, spot.call
    if (
        not isinstance(call, ast.Call)
        or seen is None
        or seen.api is None
        or not seen.target.startswith("tensorflow.")
    ):
        return None
    reason = "in eager code the value is taken for a name and does nothing; perhaps something else was meant"
    names = [name.rstrip("?") for name in seen.api.parameters.split()]
    if "name?" not in seen.api.parameters.split():
        return None
    given: list[ast.expr | ast.keyword] = [keyword for keyword in call.keywords if keyword.arg == "name"]
    position = names.index("name")
    if not given and len(call.args) == position + 1:
        given = [call.args[position]]
    if len(given) != 1 or any(isinstance(argument, ast.Starred) for argument in call.args):
        return None
    return remove_argument(spot.source, call, given[0], Applicability.UNSAFE, reason=reason)


def passed(spot: Spot) -> Fix | None:
    """`tf.constant` around the arguments that vary, where the function takes a tensor there (HYB302)."""
    function = spot.function
    if (
        function is None
        or isinstance(function.node, ast.Lambda)
        or function.module is not spot.scene.context.module
    ):
        return None
    border = spot.scene.context.judge.border
    given = defaultdict(list)
    for index, site, node in varying_arguments(border, function):
        if site.module is not function.module:
            return None
        given[index].append((site.caller, node))
    fixes: list[Fix | None] = []
    for index, arguments in given.items():
        dtypes = {tensor_dtype(spot.scene, caller, node) for caller, node in arguments}
        dtype = dtypes.pop() if len(dtypes) == 1 else ""
        if not _takes(spot, function, index, dtype or UNKNOWN_DTYPE):
            return None
        fixes += [argument_to_tensor(spot.source, node) for _, node in arguments]
    complete = [fix for fix in fixes if fix is not None]
    if not complete or len(complete) < len(fixes):
        return None
    edits = [edit for fix in complete for edit in fix.edits]
    first = complete[0]
    return make_fix(spot.source, edits, Applicability.UNSAFE, first.description, first.reason)


def _takes(spot: Spot, function: Function, index: int, dtype: str) -> bool:
    return Flow(spot.scene, function, returns=True).takes_name(function.params[index].name, dtype)
