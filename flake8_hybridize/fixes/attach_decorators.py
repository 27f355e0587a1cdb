"""Fixes of the decorator: put on, taken off, moved, given or relieved of arguments."""

from __future__ import annotations

import ast
import re
from dataclasses import replace

from flake8_hybridize.fixes.decorators import add_decorator, move_decorator_inside, remove_decorator
from flake8_hybridize.fixes.keywords import IGNORED, RENAMED, add_keyword, drop_jit_compile, modernise_keyword
from flake8_hybridize.fixes.noticed import is_left_to_a_framework, other_results
from flake8_hybridize.fixes.scene import Spot
from flake8_hybridize.fixes.statements import remove_statement
from flake8_hybridize.fixes.taken_off import hands_tensors_on, is_converted, used_as_tensor
from flake8_hybridize.hazards.base import Category
from flake8_hybridize.model.module import last_part
from flake8_hybridize.results import Applicability, Confidence, Fix
from flake8_hybridize.verdict.boundary.hyb404_signature import inferred_signature
from flake8_hybridize.verdict.boundary.makings import Making, makings

_DESCRIPTORS = ("property", "cached_property", "staticmethod", "classmethod")
HARMFUL = (Category.RAISES, Category.DIFFERS)


def decorate(spot: Spot) -> Fix | None:
    """`@tf.function` on an eager function (HYB101, HYB103): safe where all that it reaches is known."""
    function = spot.function
    judged = spot.scene.judged.get(function) if function is not None else None
    if function is None or judged is None or not isinstance(function.node, ast.FunctionDef):
        return None
    applicability, reason = Applicability.UNSAFE, "it calls code that the analysis does not know"
    if judged.confidence is Confidence.PROVED:
        reason = other_results(spot.scene, function)
        applicability = Applicability.UNSAFE if reason else Applicability.SAFE
    if is_left_to_a_framework(spot.scene, function):
        applicability, reason = (
            Applicability.DISPLAY,
            "nothing in sight calls it: it is open what it is given",
        )
    arguments = _signed(judged.signature) if judged.signature is not None else ""
    arguments = arguments or ", ".join(f"{option}=True" for option in judged.options)
    reason = reason or "everything that it calls is known and does the same in a graph"
    fix = add_decorator(spot.source, function.node, applicability, arguments=arguments, reason=reason)
    return _with_import(fix) if fix is not None and len(fix.edits) > 1 else fix


def _signed(signature: str) -> str:
    """The argument `input_signature`, with `{tf}` for the module's name of TensorFlow."""
    return "input_signature=" + re.sub(r"\btf\.", "{tf}.", signature)


def _with_import(fix: Fix) -> Fix:
    """A fix that also imports TensorFlow is not safe: Keras alone may run on another backend."""
    if fix.applicability is not Applicability.SAFE:
        return fix
    reason = "the module does not import TensorFlow, which may not be what Keras runs on"
    return replace(fix, applicability=Applicability.UNSAFE, reason=reason)


# ---------------------------------------------------------------------- taken off
def undecorate_keras(spot: Spot) -> Fix | None:
    """Without its decorator the layer does what its code says (HYB217), which is something else than before."""
    reason = (
        "results change: without the decorator, `call` uses the current weights instead of the first ones"
    )
    return _removed(spot, Applicability.UNSAFE, reason) or _unwrapped(spot, reason)


def undecorate_useless(spot: Spot) -> Fix | None:
    """A decorator on a function that computes no tensor (HYB301); safe where no caller can tell the difference."""
    scene, function = spot.scene, spot.function
    if function is not None and (hands_tensors_on(scene, function) or is_converted(scene, function)):
        return _removed(spot, Applicability.SAFE, "callers get the same values as before")
    if function is None or used_as_tensor(scene, function):
        return None
    return _removed(spot, Applicability.UNSAFE, "callers get Python values where they got tensors")


def undecorate_covered(spot: Spot) -> Fix | None:
    """A decorator on a function that is traced by its callers (HYB304); its hazards would become theirs."""
    judged = spot.scene.judged.get(spot.function) if spot.function is not None else None
    if judged is None or any((s.category or s.rule.category) in HARMFUL for s, _ in judged.signals):
        return None
    return _removed(spot, Applicability.UNSAFE, "a caller that is not visible would run the function eagerly")


def _removed(spot: Spot, applicability: Applicability, reason: str) -> Fix | None:
    function = spot.function
    if (
        function is None
        or not isinstance(function.node, ast.FunctionDef)
        or not isinstance(spot.node, ast.expr)
    ):
        return None
    decoration = spot.scene.context.program.decoration(function)
    if decoration is None or decoration.node is not spot.node or decoration.wrapper:
        return None
    return remove_decorator(spot.source, function.node, spot.node, applicability, reason=reason)


def _unwrapped(spot: Spot, reason: str) -> Fix | None:
    """Remove `self.call = tf.function(self.call)`, which names the same method twice."""
    call = spot.node
    statement = spot.scene.up.get(call)
    if not isinstance(call, ast.Call) or not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
        return None
    if len(call.args) != 1 or ast.unparse(statement.targets[0]) != ast.unparse(call.args[0]):
        return None
    description = f"Remove `{ast.unparse(statement.targets[0])} = tf.function(…)`"
    return remove_statement(spot.source, statement, Applicability.UNSAFE, description, reason=reason)


# ---------------------------------------------------------------------- moved, given arguments
def reorder(spot: Spot) -> Fix | None:
    """`@tf.function` below `@property` and its like (HYB229)."""
    node = spot.function.node if spot.function is not None else None
    if not isinstance(node, ast.FunctionDef) or spot.node not in node.decorator_list:
        return None
    assert isinstance(spot.node, ast.expr)
    below = node.decorator_list[node.decorator_list.index(spot.node) + 1 :]
    if not any(last_part(other) in _DESCRIPTORS for other in below):
        return None
    return move_decorator_inside(spot.source, node, spot.node)


def without_xla(spot: Spot) -> Fix | None:
    """`jit_compile=True` deleted where it is written on the decorator itself (HYB236)."""
    for making in _makings(spot):
        if isinstance(making.node, ast.Call) and making.node in spot.scene.up:
            fix = drop_jit_compile(spot.source, making.node)
            if fix is not None:
                return fix
    return None


def relax(spot: Spot) -> Fix | None:
    """`reduce_retracing=True` added, unless a static dimension is used, which it would take away (HYB305)."""
    making = next(iter(_makings(spot)), None)
    if making is None or making.wrapper or spot.signal is None or not spot.signal.repairable:
        return None
    reason = "neither the function nor what it calls reads a static shape"
    return add_keyword(spot.source, making.node, "reduce_retracing=True", Applicability.SAFE, reason=reason)


def sign(spot: Spot) -> Fix | None:
    """The signature that all calls in sight agree on (HYB404)."""
    making = next(iter(_makings(spot)), None)
    if making is None or making.wrapper or spot.function is None:
        return None
    text = inferred_signature(spot.scene.context.judge.border, spot.function)
    if text is None:
        return None
    reason = "a call that is not visible may pass something else, which then raises"
    return add_keyword(spot.source, making.node, _signed(text), Applicability.UNSAFE, reason=reason)


def modernise(spot: Spot) -> Fix | None:
    """The new name of a renamed argument; one that is ignored goes (HYB401)."""
    call = spot.node
    if not isinstance(call, ast.Call):
        return None
    words = set(re.findall(r"\w+", spot.finding.message))
    old = [keyword.arg for keyword in call.keywords if keyword.arg in {*RENAMED, *IGNORED} & words]
    return modernise_keyword(spot.source, call, old[0]) if len(old) == 1 and old[0] else None


def _makings(spot: Spot) -> list[Making]:
    """How the function became hybrid, where that is written in this file."""
    if spot.function is None:
        return []
    found = makings(spot.scene.context.judge.border, spot.function)
    return [making for making in found if making.node in spot.scene.up]
