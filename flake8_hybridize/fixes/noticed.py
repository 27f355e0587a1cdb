"""What callers in sight would notice of a decorator that is put on or taken off."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from flake8_hybridize.fixes.scene import Scene
from flake8_hybridize.fixes.scopes import parents
from flake8_hybridize.hazards.summaries import reached
from flake8_hybridize.model.module import Function, last_part
from flake8_hybridize.results import Confidence, Parameter
from flake8_hybridize.tensors.observations import Call, Leave
from flake8_hybridize.tensors.substitution import indices
from flake8_hybridize.tensors.values import (
    ARRAY,
    CONTAINER,
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
    r"|image\.(random_|sample_)|keras\.backend\.random_|compat\.v1\.random)|keras\.random\."
)
_EVERYTHING = frozenset(("builtins.Exception", "builtins.BaseException", "?"))
_DECLARED = ("annotated", "the object itself")
_TRANSPARENT = (
    "staticmethod", "classmethod", "property", "cached_property", "abstractmethod", "override", "final",
    "with_name_scope", "wraps",
)  # fmt: skip
_PLAIN_BASES = frozenset(("builtins.object", "abc.ABC", "typing.Generic", "typing.Protocol", "enum.Enum"))
_OPEN_KINDS = ("layer", "model", "module")
_AS_TENSORS = ("float32", "int32", "bool")
_CONVERSIONS = ("int", "bool", "range")
_SAMPLING = ("sample", "shuffle", "sample_and_log_prob")


# ---------------------------------------------------------------------- put on
def other_results(scene: Scene, function: Function) -> str:
    """Why a caller could see a difference although nothing in the function speaks against a graph."""
    if not _only_tensors(scene.facts(function).returns):
        return "it returns tensors where it may return Python values or variables now"
    if any(_draws(call) for call in _calls(scene, function, set())):
        return "its random operations draw other numbers in a graph"
    if _hands_back(function):
        return "it returns arguments, which are other objects when they leave a graph"
    if any(last_part(decorator) not in _TRANSPARENT for decorator in function.decorators):
        return "its other decorators get a tf.function where they got a Python function"
    if _may_take_array(scene, function):
        return "a caller may pass NumPy arrays, whose dtypes only eager code adapts"
    if _is_object(scene, function):
        return "it is also used as an object, and a tf.function is not a Python function"
    if _is_caught(scene, function, set()):
        return "a caller catches errors, which may be of another class when they come from tracing"
    return ""


def _hands_back(function: Function) -> bool:
    """Whether a `return` has a parameter in it that nothing in the function binds anew."""
    names = {param.name for param in function.params}
    nodes = list(ast.walk(function.node))
    bound = {node.id for node in nodes if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
    values = [node.value for node in nodes if isinstance(node, ast.Return) and node.value is not None]
    return any(_leaves(value) & (names - bound) for value in values)


def _leaves(value: ast.expr) -> set[str]:
    """Names that are a part of the value as they are, not merely computed with."""
    if isinstance(value, ast.Name):
        return {value.id}
    if isinstance(value, ast.Tuple | ast.List | ast.Dict):
        parts = value.values if isinstance(value, ast.Dict) else value.elts
        return set().union(*map(_leaves, parts))
    return _leaves(value.body) | _leaves(value.orelse) if isinstance(value, ast.IfExp) else set()


def _may_take_array(scene: Scene, function: Function) -> bool:
    """Whether it is not proved what a parameter is given."""
    context = scene.context
    known = classify(context.program, context.callers, function)
    undeclared = [index for index, parameter in enumerate(known) if parameter.evidence not in _DECLARED]
    sites = context.callers.calls(function)
    return any(
        not sites or any(_is_open(scene, site, function, index) for site in sites) for index in undeclared
    )


def is_left_to_a_framework(scene: Scene, function: Function) -> bool:
    """Whether nothing in sight calls the method, and its class has a base of a package that may call it."""
    callers, engine = scene.context.callers, scene.context.program.engine
    if function.owner is None or callers.calls(function) or callers.hand_overs(function):
        return False
    bases = {base for base in engine.mro(function.owner) if isinstance(base, str)}
    return bool(bases - _PLAIN_BASES) and engine.base_kind(function.owner) not in _OPEN_KINDS


def _is_open(scene: Scene, site: Site, function: Function, index: int) -> bool:
    value = site.bound.get(index)
    if value is None:
        param = function.params[index]
        return param.default is None and param.kind in ("positional", "keyword")
    parameters: tuple[Parameter, ...] = ()
    if site.caller is not None:
        parameters = classify(scene.context.program, scene.context.callers, site.caller)
    return _is_unproved(value, parameters)


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
    return resolve(tensorness(value), parameters) is not Confidence.PROVED


def _is_object(scene: Scene, function: Function) -> bool:
    """Whether something in sight does more with the function than call it."""
    callers = scene.context.callers
    if any(handed.how in ("unknown", "host") for handed in callers.hand_overs(function)):
        return True
    names = (node for node in scene.up if isinstance(node, ast.Name) and node.id == function.name)
    owned = function.owner is not None
    return not owned and any(isinstance(scene.up[node], ast.Attribute | ast.Assign) for node in names)


def _is_caught(scene: Scene, function: Function, done: set[Function]) -> bool:
    """Whether a caller, or a caller of it, catches some errors and not all."""
    done.add(function)
    for site in scene.context.callers.calls(function):
        handlers = site.call.where.handlers
        if handlers and not _EVERYTHING & set(handlers):
            return True
        if site.caller is not None and site.caller not in done and _is_caught(scene, site.caller, done):
            return True
    return False


def _only_tensors(value: Value) -> bool:
    if value.kinds & CONTAINER:
        parts = value.items if value.items is not None else (element(value),)
        return not value.kinds & ~(CONTAINER | TENSOR) and all(map(_only_tensors, parts))
    return not value.kinds & ~(TENSOR | NONE)


def _calls(scene: Scene, function: Function, done: set[Function]) -> Iterator[Call]:
    """The calls in a function and in all that it runs."""
    if function in done:
        return
    done.add(function)
    for seen in scene.context.program.body(function).facts.observations:
        if isinstance(seen, Call):
            yield seen
            for callee, _ in reached(seen):
                yield from _calls(scene, callee, done)


def _draws(call: Call) -> bool:
    """Whether the call takes numbers from the global stream, which eager code and graphs seed differently."""
    return bool(_OWN_STREAM.match(call.target)) or (not call.functions and call.method in _SAMPLING)


# ---------------------------------------------------------------------- taken off
def used_as_tensor(scene: Scene, function: Function) -> bool:
    """Whether a call in sight asks the result for an attribute such as `.numpy`."""
    for site in scene.context.callers.calls(function):
        node = site.call.node
        parent = parents(site.module.tree).get(node)
        names = [target.id for target in getattr(parent, "targets", ()) if isinstance(target, ast.Name)]
        around = site.caller.node if site.caller is not None else site.module.tree
        if isinstance(parent, ast.Attribute) or any(_has_attribute(around, name) for name in names):
            return True
    return False


def _has_attribute(root: ast.AST, name: str) -> bool:
    return any(
        isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == name
        for node in ast.walk(root)
    )


def hands_tensors_on(scene: Scene, function: Function) -> bool:
    """Whether all that it returns are tensors that it was given, or nothing."""
    leaves = [seen for seen in scene.facts(function).observations if isinstance(seen, Leave)]
    return all(_is_tensors(scene, function, seen.value) for seen in leaves if seen.how == "return")


def _is_tensors(scene: Scene, function: Function, value: Value) -> bool:
    if value.items is not None:
        return all(_is_tensors(scene, function, item) for item in value.items)
    return value.kinds == NONE or scene.is_tensor(value, function)


def is_converted(scene: Scene, function: Function) -> bool:
    """Whether every call is in sight and makes a Python number of the result at once: `int(f(x))`."""
    callers = scene.context.callers
    sites = callers.calls(function)
    return bool(sites) and not callers.hand_overs(function) and all(map(_converts, sites))


def _converts(site: Site) -> bool:
    parent = parents(site.module.tree).get(site.call.node)
    return isinstance(parent, ast.Call) and last_part(parent.func) in _CONVERSIONS and len(parent.args) == 1
