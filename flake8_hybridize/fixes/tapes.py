"""What a gradient tape sees of eager code and not of a graph.

Run on TensorFlow 2.21: the results of one call of a `tf.function` have no gradient between them, and the gradient of
what only a branch not taken uses is a zero where eager code has None.
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_hybridize.fixes.scene import Scene
from flake8_hybridize.hazards.reached import reached
from flake8_hybridize.model.module import Function
from flake8_hybridize.tensors.observations import Call, Test
from flake8_hybridize.tensors.values import CONTAINER, Value

_BRANCHES = ("if", "ternary")
_CHOICES = frozenset(f"tensorflow.{name}" for name in ("cond", "case", "switch_case"))


def other_gradients(scene: Scene, function: Function) -> str:
    """Why gradients may be others than in eager code; empty if nothing speaks for it."""
    taped = _is_taped(scene, function, set())
    if taped and _is_several(scene.facts(function).returns):
        return "a tape around the call sees no gradient between its results"
    if any(_chosen(scene, function, taped, set())):
        return "in a graph, what only a branch not taken uses has the gradient zero, not None"
    return ""


def _is_taped(scene: Scene, function: Function, done: set[Function]) -> bool:
    """Whether a caller, or a caller of it, has a tape open at the call."""
    done.add(function)
    return any(
        site.call.where.tapes
        or (site.caller is not None and site.caller not in done and _is_taped(scene, site.caller, done))
        for site in scene.context.callers.calls(function)
    )


def _is_several(value: Value) -> bool:
    """Whether it is more than one tensor."""
    if not value.kinds & CONTAINER:
        return False
    return value.items is None or len(value.items) > 1 or any(map(_is_several, value.items))


def _chosen(
    scene: Scene, function: Function, taped: bool, done: set[tuple[Function, bool]]
) -> Iterator[bool]:
    """For each branch that a tensor decides on under a tape: True."""
    done.add((function, taped))
    for seen in scene.context.program.body(function).facts.observations:
        if isinstance(seen, Test) and seen.how in _BRANCHES and (taped or seen.where.tapes):
            yield scene.is_tensor(seen.value, function)
        elif isinstance(seen, Call):
            inside = taped or seen.where.tapes > 0
            yield inside and seen.target in _CHOICES
            for callee, _ in reached(seen):
                if (callee, inside) not in done:
                    yield from _chosen(scene, callee, inside, done)
