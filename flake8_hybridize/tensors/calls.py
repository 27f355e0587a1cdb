"""Calls: who is called, with what, and what comes back."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from flake8_hybridize.knowledge import lookup
from flake8_hybridize.knowledge.schema import Api
from flake8_hybridize.model.module import Class, Function, is_abstract
from flake8_hybridize.results import Confidence
from flake8_hybridize.tensors import builtin_calls
from flake8_hybridize.tensors.annotations import annotation_value
from flake8_hybridize.tensors.arguments import default_arguments, lift_evidence, specialised
from flake8_hybridize.tensors.attributes import attribute_of, kind_names
from flake8_hybridize.tensors.datasets import dataset_result
from flake8_hybridize.tensors.decorators import hybrid_decoration
from flake8_hybridize.tensors.dispatch import called_method, callees_of
from flake8_hybridize.tensors.growth import change_receiver
from flake8_hybridize.tensors.iteration import NEST, dict_view
from flake8_hybridize.tensors.named_tuples import record_value
from flake8_hybridize.tensors.numpy_dtypes import result_dtype
from flake8_hybridize.tensors.observations import Call, Key, Reference
from flake8_hybridize.tensors.protocols import of_builtin
from flake8_hybridize.tensors.refs import Bound, Hybrid, Partial, Record, Super, function_of
from flake8_hybridize.tensors.results import api_result, evidence_from_api
from flake8_hybridize.tensors.spread import Arguments, arguments
from flake8_hybridize.tensors.substitution import Bindings, bind_arguments, substitute
from flake8_hybridize.tensors.values import (
    BITS,
    CALLABLE,
    CLASS,
    CONTAINER,
    DATASET,
    EXACT,
    FILE,
    FRESH,
    IMPORT,
    INSTANCE,
    LAYER,
    LOSS,
    METRIC,
    MODEL,
    MODULE,
    NUMBER,
    NUMBER_VALUE,
    OBJECT,
    PROMISED,
    PYITERATOR,
    SHAPE,
    SYMBOLIC,
    TENSOR,
    TENSOR_VALUE,
    UNDEFINED,
    UNKNOWN,
    UNKNOWN_VALUE,
    Value,
    alternatives,
    has_open_shape,
    join,
    outside,
    parts,
    replace,
)

if TYPE_CHECKING:
    from flake8_hybridize.tensors.interpret import Frame

_SEVERAL_OUTPUTS = frozenset(
    "LSTM GRU SimpleRNN RNN Bidirectional TimeDistributed ConvLSTM1D ConvLSTM2D ConvLSTM3D LSTMCell GRUCell SimpleRNNCell "
    "StackedRNNCells MultiHeadAttention Attention AdditiveAttention Layer Model Functional Wrapper Lambda".split()
)
_OBJECTS = LAYER | MODEL | LOSS | METRIC | OBJECT | FILE | MODULE | BITS["initializer"] | BITS["bijector"]
_UNIQUE_METHODS = {
    "apply_gradients": "optimizer", "minimize": "optimizer", "update_state": "metric", "reset_state": "metric",
    "reset_states": "metric", "log_prob": "distribution", "assign_add": "variable", "assign_sub": "variable",
    "num_elements": "shape", "as_list": "shape", "experimental_distribute_dataset": "strategy", "take": "dataset",
    "prefetch": "dataset", "shuffle": "dataset", "get_shape": "tensor",
}  # fmt: skip
_VIEWS = ("keys", "values", "items")


class Outcome(NamedTuple):
    """What a call gives back and who was called."""

    result: Value
    target: str = ""
    api: Api | None = None
    functions: tuple[Function, ...] = ()
    bound: tuple[Bindings, ...] = ()
    created: Class | None = None
    keys: tuple[Key, ...] = ()


class Site(NamedTuple):
    """One call in the making."""

    node: ast.Call
    callee: Value
    receiver: Value | None
    method: str
    args: tuple[Value, ...]
    kwargs: dict[str, Value]
    spread: Arguments


def call(frame: Frame, node: ast.Call) -> Value:
    """Value of a call."""
    receiver, method = None, ""
    func = node.func
    if isinstance(func, ast.Attribute):
        method = func.attr
        receiver = frame.evaluate(func.value)
        stored = None
        if isinstance(func.value, ast.Name) and frame.env is not None:
            stored = frame.env.get(f"{func.value.id}.{func.attr}")
        callee = stored if stored is not None else attribute_of(frame, func, receiver)
    else:
        callee = frame.evaluate(func)
    (args, kwargs, *_), spread = arguments(frame, node)
    callees = callees_of(frame, callee)
    result = UNDEFINED
    for candidate in callees:
        site = Site(node, candidate, receiver, method, args, kwargs, spread)
        outcome = invoke(frame, site)
        frame.see(
            Call(
                node, frame.where, outcome.target, outcome.api, method, receiver, candidate, outcome.functions,
                outcome.bound, args, kwargs, outcome.result, outcome.created, len(callees), outcome.keys,
            )
        )  # fmt: skip
        result = join(result, outcome.result)
    for function in passed_functions(args, kwargs):
        frame.see(Reference(node, frame.where, function))
    return result


def passed_functions(args: tuple[Value, ...], kwargs: dict[str, Value]) -> list[Function]:
    """The project functions among the arguments of a call."""
    found: list[Function] = []
    for value in (*args, *kwargs.values()):
        if value.ref is not None:
            found += [f for f in map(function_of, alternatives(value)) if f is not None]
    return found


def invoke(frame: Frame, site: Site) -> Outcome:
    """Who is called, and the result."""
    handler: Callable[[Frame, Site], Outcome] = _BY_REF.get(type(site.callee.ref), _object)
    return handler(frame, site)


def _api(frame: Frame, site: Site) -> Outcome:
    name: str = site.callee.ref
    if name.startswith("builtins."):
        site = site._replace(args=of_builtin(frame, site.node, name, site.args))
    if site.callee.kinds & _OBJECTS and not site.callee.kinds & (CALLABLE | CLASS | IMPORT):
        return _object(frame, site)  # the name is that of what made it
    special = builtin_calls.SPECIAL.get(name)
    api = lookup.api(name)
    if special is not None:
        if api is not None:
            evidence_from_api(frame, site.node, name, api, site.args, site.kwargs)
        return Outcome(special(frame, site), name, api)
    if api is None:
        if site.callee.kinds & (INSTANCE | LAYER | MODEL | LOSS | METRIC):
            return _object(frame, site)
        return Outcome(_policy_result(name), name)
    evidence_from_api(frame, site.node, name, api, site.args, site.kwargs)
    return Outcome(api_result(name, api, site.args, site.kwargs), name, api)


def _policy_result(name: str) -> Value:
    return NEST if lookup.package(name) == "tensor" else UNKNOWN_VALUE


def _bound(frame: Frame, site: Site) -> Outcome:
    bound: Bound = site.callee.ref
    if bound.function is not None:
        return _project_method(frame, site, bound.function, bound)
    receiver = bound.receiver
    if bound.name == "__call__" and receiver.kinds & (LAYER | MODEL):
        return Outcome(NEST)
    if receiver.kinds == UNKNOWN:
        return _unknown_method(frame, site, bound)
    for kind in kind_names(receiver):
        api = lookup.method(kind, bound.name)
        if api is not None:
            change_receiver(frame, site.node.func, bound, site.args)
            return Outcome(_method_result(frame, site, bound, kind, api), "", api)
    if bound.name == "__call__":
        return _object(frame, site._replace(callee=receiver))
    return Outcome(UNKNOWN_VALUE)


def _project_method(frame: Frame, site: Site, function: Function, bound: Bound) -> Outcome:
    frame.engine.reads.note(function)
    if is_abstract(function):
        return Outcome(UNKNOWN_VALUE)
    made = bound.name == "__init__" and isinstance(bound.receiver.ref, Class)
    static = not made and function.has_decorator("staticmethod")
    return _project_call(frame, site, function, None if static else bound.receiver)


def _method_result(frame: Frame, site: Site, bound: Bound, kind: str, api: Api) -> Value:
    """Value of a method of the tables, called on an object of `kind`."""
    receiver = bound.receiver
    view = dict_view(receiver, bound.name) if kind == "container" else None
    if view is not None:
        return view
    result = api_result(bound.name, api, (receiver, *site.args), site.kwargs)
    if bound.name == "call" and kind in ("layer", "model"):
        result = NEST
    if bound.name == "as_list" and kind == "shape":
        result = Value(CONTAINER, elem=NUMBER_VALUE, origin=FRESH)
    if kind == "tape" and bound.name in ("gradient", "jacobian"):
        result = builtin_calls.gradient_result(site)
    if kind in ("iterator", "dataset") and (result.kinds & DATASET or bound.name == "reduce"):
        result = dataset_result(frame, bound.name, receiver, site)
    return _with_deps(result, receiver)


def _with_deps(result: Value, receiver: Value) -> Value:
    if result.kinds == SHAPE and has_open_shape(receiver):
        return replace(result, extra=receiver.extra)
    if receiver.deps and result.kinds & ~TENSOR and not result.deps and result.kinds & (1 << 2):
        return replace(result, deps=receiver.deps)
    return result


def _unknown_method(frame: Frame, site: Site, bound: Bound) -> Outcome:
    frame.facts.opaque |= bound.receiver.deps
    if bound.name in _VIEWS and not site.args and not site.kwargs:
        parts_of = Value(UNKNOWN, deps=parts(bound.receiver.deps))
        view = dict_view(Value(CONTAINER, elem=parts_of, extra="dict"), bound.name)
        return Outcome(view or UNKNOWN_VALUE)
    kind = _UNIQUE_METHODS.get(bound.name)
    api = lookup.method(kind, bound.name) if kind else None
    if api is not None:
        return Outcome(api_result(bound.name, api, (bound.receiver, *site.args), site.kwargs), "", api)
    if bound.name in lookup.TENSOR_METHODS and bound.receiver.deps:
        api = lookup.method("tensor", bound.name)
        return Outcome(UNKNOWN_VALUE, "", api)
    if bound.receiver.deps and lookup.method("array", bound.name) is not None:
        dtype = result_dtype(bound.name, (bound.receiver, *site.args), site.kwargs)
        return Outcome(Value(UNKNOWN, deps=bound.receiver.deps, dtype=dtype))
    return Outcome(UNKNOWN_VALUE)


def _record(frame: Frame, site: Site) -> Outcome:
    record: Record = site.callee.ref
    return Outcome(record_value(record, site.spread))


def _partial(frame: Frame, site: Site) -> Outcome:
    partial: Partial = site.callee.ref
    given = partial.args, dict(partial.kwargs)
    if site.callee.origin != FRESH:  # made in another body, whose parameters mean nothing here
        given = (
            tuple(outside(v, v.place) for v in given[0]),
            {n: outside(v, v.place) for n, v in given[1].items()},
        )
    args, kwargs = (*given[0], *site.args), {**given[1], **site.kwargs}
    merged = site._replace(callee=partial.target, args=args, kwargs=kwargs, spread=site.spread.before(*given))
    return invoke(frame, merged)


def _hybrid(frame: Frame, site: Site) -> Outcome:
    hybrid: Hybrid = site.callee.ref
    if hybrid.target is None:
        target = site.args[0] if site.args else None
        return Outcome(
            Value(CALLABLE, ref=Hybrid(target, hybrid.node, hybrid.arguments)), "tensorflow.function"
        )
    outcome = invoke(frame, site._replace(callee=hybrid.target))
    return outcome._replace(result=as_graph_output(outcome.result))


def as_graph_output(value: Value) -> Value:
    """What a tf.function returns where the Python function returns `value`: numbers come back as tensors."""
    if value.kinds & (NUMBER | 1 << 2) and not value.kinds & UNKNOWN:
        return TENSOR_VALUE
    return value


def _function(frame: Frame, site: Site) -> Outcome:
    function: Function = site.callee.ref
    return _project_call(frame, site, function, None)


def _project_call(frame: Frame, site: Site, function: Function, first: Value | None) -> Outcome:
    bound = bind_arguments(function, site.spread.args, site.spread.kwargs, first)
    default_arguments(frame, function, bound, site.spread)
    facts = specialised(frame, function, bound)
    result = substitute(facts.returns, bound)
    lift_evidence(frame, site.node, function, bound, facts)
    if function.has_decorator("custom_gradient") and result.items:
        result = result.items[0]
    if function.is_generator:
        elem = result.elem or UNKNOWN_VALUE
        result = Value(PYITERATOR, elem=substitute(elem, bound), origin=FRESH)
    elif function.is_async or not result.kinds:
        result = UNKNOWN_VALUE
    elif result.kinds & UNKNOWN and not result.deps:
        result = _promised(frame, function) or result
    if function.decorators and hybrid_decoration(frame.engine, function) is not None:
        result = as_graph_output(result)
    return Outcome(result, "", None, (function,), (bound,), None, (facts.key,))


def _promised(frame: Frame, function: Function) -> Value | None:
    """What the annotation says that the function returns."""
    node = getattr(function.node, "returns", None)
    value = None if node is None else annotation_value(frame.engine, function.module, node, "positional")
    return replace(value, extra=PROMISED) if value == TENSOR_VALUE else value


def _create(frame: Frame, site: Site) -> Outcome:
    cls: Class = site.callee.ref
    if not isinstance(cls, Class) or site.callee.kinds & INSTANCE:
        return _object(frame, site)
    result = replace(frame.engine.instance(cls), origin=FRESH, extra=EXACT)
    init = frame.engine.find_method(cls, "__init__")
    if init is None:
        return Outcome(result, created=cls)
    bound = bind_arguments(init, site.spread.args, site.spread.kwargs, result)
    default_arguments(frame, init, bound, site.spread)
    return Outcome(result, "", None, (init,), (bound,), cls)


def _object(frame: Frame, site: Site) -> Outcome:
    """Calling an object: a layer, a loss, an instance with `__call__`, or something unknown."""
    callee = site.callee
    method = called_method(frame, callee)
    if method is not None:
        return _project_call(frame, site, method, callee)
    if any(is_symbolic(arg) for arg in site.args):
        return Outcome(Value(SYMBOLIC))
    if callee.kinds & (LAYER | MODEL | LOSS | METRIC):
        _tensor_arguments(frame, site)
    if callee.kinds & (LAYER | MODEL):
        return Outcome(TENSOR_VALUE if _gives_one_tensor(callee) else NEST)
    for kind in kind_names(callee):
        api = lookup.method(kind, "__call__")
        if api is not None:
            return Outcome(api_result("__call__", api, (callee, *site.args), site.kwargs), "", api)
    if callee.kinds & (LAYER | MODEL | LOSS | METRIC):
        return Outcome(TENSOR_VALUE)
    frame.facts.opaque |= callee.deps
    if "training" in site.kwargs:
        _tensor_arguments(frame, site)
    if callee.deps:
        frame.note(
            callee, "callable", Confidence.LIKELY, f"called, line {site.node.lineno}", site.node.lineno
        )
    return Outcome(UNKNOWN_VALUE)


def is_symbolic(value: Value) -> bool:
    """Whether the value may be, or hold, what `keras.Input` makes."""
    if value.kinds & CONTAINER and value.items is not None:
        return any(is_symbolic(item) for item in value.items)
    return bool(value.kinds & SYMBOLIC)


def _gives_one_tensor(callee: Value) -> bool:
    """Whether a layer surely returns a single tensor; models and recurrent layers may return several."""
    ref = callee.ref
    return (
        isinstance(ref, str) and ref.startswith("keras.") and ref.rpartition(".")[2] not in _SEVERAL_OUTPUTS
    )


def _tensor_arguments(frame: Frame, site: Site) -> None:
    what = "a loss" if site.callee.kinds & LOSS else "a layer or model"
    for value in site.args:
        for part in value.items if value.items is not None else (value,):
            if part.kinds & UNKNOWN and part.deps:
                text = f"passed to {what}, line {site.node.lineno}"
                frame.note(part, "tensor", Confidence.LIKELY, text, site.node.lineno, fed=True)


_BY_REF: dict[type, Callable[[Any, Any], Outcome]] = {
    str: _api,
    Bound: _bound,
    Partial: _partial,
    Record: _record,
    Hybrid: _hybrid,
    Super: lambda frame, site: Outcome(UNKNOWN_VALUE),
    Function: _function,
    Class: _create,
}
