"""HYB232: questions that tracing answers differently, where the answer chooses between two computations.

Code for both modes asks such questions all the time and means the same by both branches: static against dynamic
shapes, a Python loop against `tf.while_loop`, a conversion, a check. Only branches that compute, and compute by
other means than these, are reported.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from flake8_hybridize.hazards.base import DETECTORS, Category, Rule, Signal
from flake8_hybridize.hazards.body import Body, text_of
from flake8_hybridize.results import Confidence
from flake8_hybridize.source.tree import walk
from flake8_hybridize.tensors.observations import Call
from flake8_hybridize.tensors.values import CONTAINER, MAYBE, YES, Value, tensorness

RULE = DETECTORS.declare(
    Rule(
        code="HYB232",
        name="eager-probe",
        summary="code that asks whether it runs eagerly takes another branch when traced",
        category=Category.DIFFERS,
        names=("EAGER_PROBE",),
    )
)
# Words of code that means the same in both modes.
_FOR_BOTH_MODES = frozenset(
    "shape ndims rank get_shape num_elements while_loop map_fn cond scan fori_loop vectorized_map TensorArray numpy "
    "py_function numpy_function control_dependencies init_scope compat get_static_value constant_value executing_eagerly "
    "inside_function placeholder Session get_value stop_recording identity warn print Print debug info "
    "name_scope get_default_graph add_to_collection".split()
)
_CONVERSIONS = frozenset(
    (
        "convert_to_tensor",
        "constant",
        "asarray",
        "array",
        "as_tensor",
        "convert_n_to_tensor",
        "float",
        "int",
        "bool",
    )
)


@DETECTORS.on_target("tensorflow.executing_eagerly", "tensorflow.inside_function")
def probed(call: Call, body: Body) -> Iterator[Signal]:
    """The mode itself; a module that asks for it means its answers."""
    for signal in _probe(call, body, YES, ""):
        yield signal._replace(local=True)


@DETECTORS.on_target("builtins.hasattr")
def asked_for_numpy(call: Call, body: Body) -> Iterator[Signal]:
    """`hasattr(x, "numpy")`."""
    if len(call.args) == 2 and call.args[1].const == "numpy":
        degree = tensorness(call.args[0])
        yield from _probe(call, body, YES if degree == MAYBE else degree, "")  # who asks this has tensors


@DETECTORS.on_target("builtins.isinstance", "tensorflow.is_tensor")
def asked_for_array(call: Call, body: Body) -> Iterator[Signal]:
    """`isinstance(x, np.ndarray)` and `tf.is_tensor(x)` of an array argument, which is a tensor in the graph."""
    asks = call.target != "builtins.isinstance" or (len(call.args) == 2 and _names_array(call.args[1]))
    if asks and call.args and call.args[0].deps:
        yield from _probe(call, body, call.args[0].deps, "probed")


def _names_array(value: Value) -> bool:
    if value.kinds & CONTAINER and value.items is not None:
        return any(map(_names_array, value.items))
    return bool(value.ref == "numpy.ndarray")


def _probe(call: Call, body: Body, condition: int, only: str) -> Iterator[Signal]:
    if body.function is None:
        return
    differs = any(_differ(*pair) for pair in _alternatives(body.function.node, call.node))
    # Who computes something else for arrays is given some, whoever it is that gives them.
    text = text_of(call.node)
    yield Signal(
        RULE, "EAGER_PROBE", call.node, f"asks {text} to choose a branch, which tracing answers differently",
        "drop the test", text, condition=condition, only=only, needs_evidence=bool(only) and not differs,
        confidence=Confidence.LIKELY if differs else Confidence.GUESS,
    )  # fmt: skip


def _alternatives(root: ast.AST, probe: ast.AST) -> Iterator[tuple[Sequence[ast.AST], Sequence[ast.AST]]]:
    """What runs where the answer is yes and where it is no."""
    for parent in walk(root):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(parent, name, None)
            if isinstance(block, list):
                for index, node in enumerate(block):
                    if isinstance(node, ast.If) and _contains(node.test, probe):
                        leaves = bool(node.body) and isinstance(node.body[-1], (ast.Return, ast.Raise))
                        yield node.body, node.orelse or (block[index + 1 :] if leaves else [])
        if isinstance(parent, ast.IfExp) and _contains(parent.test, probe):
            yield [parent.body], [parent.orelse]


def _contains(root: ast.AST, node: ast.AST) -> bool:
    return any(part is node for part in walk(root))


def _differ(then: Sequence[ast.AST], other: Sequence[ast.AST]) -> bool:
    """Whether the two surely compute different things."""
    if [ast.dump(node) for node in then] == [ast.dump(node) for node in other]:
        return False
    if all(len(block) == 1 and _is_number(block[0]) for block in (then, other)):
        return True
    nodes = [part for node in (*then, *other) for part in walk(node)]
    words = {part.attr if isinstance(part, ast.Attribute) else getattr(part, "id", "") for part in nodes}
    if words & _FOR_BOTH_MODES or any(isinstance(part, (ast.Raise, ast.Assert)) for part in nodes):
        return False
    return all(_computes(block) for block in (then, other) if block)


def _is_number(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) in (int, float)


def _computes(block: Sequence[ast.AST]) -> bool:
    """Whether the statements do more than convert their values."""
    for node in block:
        for part in walk(node):
            if isinstance(part, ast.BinOp):
                return True
            if isinstance(part, ast.Call):
                name = (
                    part.func.attr if isinstance(part.func, ast.Attribute) else getattr(part.func, "id", "")
                )
                if name not in _CONVERSIONS:
                    return True
    return False
