"""What callers in sight would notice of a decorator that is put on or taken off."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from flake8_hybridize.fixes.caught import is_caught
from flake8_hybridize.fixes.known import numbers_become_tensors, unknown_values
from flake8_hybridize.fixes.scene import Scene
from flake8_hybridize.fixes.scopes import parents
from flake8_hybridize.fixes.sizes import open_sizes
from flake8_hybridize.fixes.tapes import other_gradients
from flake8_hybridize.fixes.unseen import changed_from_outside
from flake8_hybridize.hazards.reached import reached
from flake8_hybridize.model.module import Function, last_part
from flake8_hybridize.results import Confidence, Parameter
from flake8_hybridize.tensors.observations import Call
from flake8_hybridize.tensors.substitution import indices
from flake8_hybridize.tensors.values import (
    ARRAY,
    CONTAINER,
    EAGER_NUMBER,
    NONE,
    TENSOR,
    UNKNOWN,
    Value,
    element,
    tensorness,
)
from flake8_hybridize.verdict.callers import Site
from flake8_hybridize.verdict.parameters import classify, resolve

_OWN_STREAM = re.compile(
    r"tensorflow\.(random\.(?!stateless_|experimental\.|Generator|set_seed|get_)|nn\.(experimental\.)?dropout"
    r"|nn\.(nce_loss|sampled_softmax_loss|fractional_|\w+_candidate_sampler)|raw_ops\.(Random|Multinomial)"
    r"|image\.(random_|sample_)|keras\.backend\.random_|compat\.v1\.random)|keras\.random\."
)
_ARRAYS_TOO = re.compile(r"Like\b|TensorType\b|[Aa]rray|\bAny\b")
_DECLARED = ("annotated", "the object itself")
_TRANSPARENT = (
    "staticmethod", "classmethod", "property", "cached_property", "abstractmethod", "override", "final",
    "with_name_scope",
)  # fmt: skip
_PLAIN_BASES = frozenset(("builtins.object", "abc.ABC", "typing.Generic", "typing.Protocol", "enum.Enum"))
_OPEN_KINDS = ("layer", "model", "module")
_NO_ARRAYS = ("object", "callable", "bool", "string")
_AS_TENSORS = ("float32", "int32", "bool")
_SAMPLING = ("sample", "shuffle", "sample_and_log_prob")


# ---------------------------------------------------------------------- put on
def other_results(scene: Scene, function: Function) -> str:
    """Why a caller could see a difference although nothing in the function speaks against a graph."""
    if not _only_tensors(scene.facts(function).returns):
        return "it returns tensors where it may return Python values or variables now"
    inside = _inside(scene, function)
    if any(_draws(call) for call in _calls(scene, inside)):
        return "its random operations draw other numbers in a graph"
    if _hands_back(function):
        return "it returns objects as it got them, which are others when they leave a graph"
    if any(last_part(decorator) not in _TRANSPARENT for decorator in function.decorators):
        return "its other decorators get a tf.function where they got a Python function"
    if _may_take_array(scene, function):
        return "a caller may pass NumPy arrays, whose dtypes only eager code adapts"
    if _is_object(scene, function):
        return "it is also used as an object, and a tf.function is not a Python function"
    if is_caught(scene, function):
        return "a caller catches errors, which may be of another class when they come from tracing"
    return (
        changed_from_outside(scene, function, inside)
        or other_gradients(scene, function)
        or unknown_values(scene, inside)
        or numbers_become_tensors(scene, inside)
        or open_sizes(scene, inside)
    )


def _inside(scene: Scene, function: Function) -> dict[Function, None]:
    """The function and all that it runs."""
    found: dict[Function, None] = {function: None}
    waiting = [function]
    while waiting:
        for seen in scene.context.program.body(waiting.pop()).facts.observations:
            fresh = (
                [callee for callee, _ in reached(seen) if callee not in found]
                if isinstance(seen, Call)
                else []
            )
            found.update(dict.fromkeys(fresh))
            waiting += fresh
    return found


def _hands_back(function: Function) -> bool:
    """Whether a `return` has something in it that was there before the call: a parameter, a global, an attribute."""
    nodes = list(ast.walk(function.node))
    bound = {node.id for node in nodes if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
    values = [node.value for node in nodes if isinstance(node, ast.Return) and node.value is not None]
    return any(_leaves(value) - bound for value in values)


def _leaves(value: ast.expr) -> set[str]:
    """Names, and objects by their names, that are a part of the value as they are, not merely computed with."""
    if isinstance(value, ast.Name):
        return {value.id}
    if isinstance(value, ast.Attribute):
        return {ast.unparse(value)}
    if isinstance(value, ast.Tuple | ast.List | ast.Dict):
        parts = value.values if isinstance(value, ast.Dict) else value.elts
        return set().union(*map(_leaves, parts))
    return _leaves(value.body) | _leaves(value.orelse) if isinstance(value, ast.IfExp) else set()


def _may_take_array(scene: Scene, function: Function) -> bool:
    """Whether it is not proved what a parameter is given."""
    return any(_is_undeclared(scene, function, index, ()) for index in range(len(function.params)))


def _is_undeclared(scene: Scene, function: Function, index: int, asked: tuple[Function, ...]) -> bool:
    """Whether neither its annotation nor its calls prove what the parameter is given; `asked`: whom it passes it on to."""
    context = scene.context
    evidence = classify(context.program, context.callers, function)[index].evidence
    if evidence in _DECLARED and not _admits_arrays(function.params[index].annotation):
        return False
    sites = context.callers.calls(function)
    return not sites or any(_is_open(scene, site, function, index, asked) for site in sites)


def _admits_arrays(annotation: ast.expr | None) -> bool:
    """Whether the annotation's name says that arrays will do: `TensorLike`, `np.ndarray`."""
    return annotation is not None and bool(_ARRAYS_TOO.search(ast.unparse(annotation)))


def is_left_to_a_framework(scene: Scene, function: Function) -> bool:
    """Whether nothing in sight calls the method, and its class has a base of a package that may call it."""
    callers, engine = scene.context.callers, scene.context.program.engine
    if function.owner is None or callers.calls(function) or callers.hand_overs(function):
        return False
    bases = {base for base in engine.mro(function.owner) if isinstance(base, str)}
    return bool(bases - _PLAIN_BASES) and engine.base_kind(function.owner) not in _OPEN_KINDS


def _is_open(scene: Scene, site: Site, function: Function, index: int, asked: tuple[Function, ...]) -> bool:
    value, caller = site.bound.get(index), site.caller
    if value is None:
        param = function.params[index]
        return param.default is None and param.kind in ("positional", "keyword")
    if caller is None:
        return _is_unproved(value, ())
    passed = {*indices(value.deps), value.param} if caller not in asked else set()
    if any(
        _admits_arrays(param.annotation) and _is_undeclared(scene, caller, i, (*asked, caller))
        for i, param in enumerate(caller.params)
        if i in passed
    ):
        return True
    return _is_unproved(value, classify(scene.context.program, scene.context.callers, caller))


def _is_unproved(value: Value, parameters: tuple[Parameter, ...]) -> bool:
    if value.kinds & ARRAY and value.dtype not in _AS_TENSORS:
        return True
    if value.kinds and not value.kinds & UNKNOWN:
        parts = (
            (value.items if value.items is not None else (element(value),)) if value.kinds & CONTAINER else ()
        )
        return any(_is_unproved(part, parameters) for part in parts)
    if any(parameters[index].kind == "array" for index in indices(value.deps) if index < len(parameters)):
        return True
    if 0 <= value.param < len(parameters) and _is_no_array(parameters[value.param]):
        return False
    return resolve(tensorness(value), parameters) is not Confidence.PROVED


def _is_no_array(parameter: Parameter) -> bool:
    """Whether it is proved that the parameter is given an object such as a model or optimizer, a flag or a text."""
    return parameter.kind in _NO_ARRAYS and parameter.confidence is Confidence.PROVED


def _is_object(scene: Scene, function: Function) -> bool:
    """Whether something in sight does more with the function than call it."""
    callers = scene.context.callers
    if any(handed.how in ("unknown", "host") for handed in callers.hand_overs(function)):
        return True
    if function.owner is not None:
        return any(_is_value_of_method(site.module.tree, function.name) for site in callers.calls(function))
    names = (node for node in scene.up if isinstance(node, ast.Name) and node.id == function.name)
    return any(isinstance(scene.up[node], ast.Attribute | ast.Assign) for node in names)


def _is_value_of_method(tree: ast.Module, name: str) -> bool:
    """Whether the bound method is a value somewhere: `net.forward in hooks`, `net.forward.__self__`."""
    up = parents(tree)
    methods = (node for node in up if isinstance(node, ast.Attribute) and node.attr == name)
    return any(not isinstance(up[node], ast.Call) or up[node].func is not node for node in methods)  # type: ignore[attr-defined]


def _only_tensors(value: Value) -> bool:
    if value.kinds & CONTAINER:
        parts = value.items if value.items is not None else (element(value),)
        return not value.kinds & ~(CONTAINER | TENSOR) and all(map(_only_tensors, parts))
    return not value.kinds & ~(TENSOR | NONE) and value.extra != EAGER_NUMBER


def _calls(scene: Scene, functions: Iterable[Function]) -> Iterator[Call]:
    """The calls that are written in the functions."""
    for function in functions:
        for seen in scene.context.program.body(function).facts.observations:
            if isinstance(seen, Call):
                yield seen


def _draws(call: Call) -> bool:
    """Whether the call takes numbers from the global stream, which eager code and graphs seed differently."""
    return bool(_OWN_STREAM.match(call.target)) or (not call.functions and call.method in _SAMPLING)
