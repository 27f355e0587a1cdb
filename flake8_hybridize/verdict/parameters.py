"""What the parameters of a function are given, from every source of evidence."""

from __future__ import annotations

from dataclasses import replace

from flake8_hybridize import results
from flake8_hybridize.hazards.summaries import Program
from flake8_hybridize.knowledge.contracts import STEPS_ON_BATCHES, TENSOR_METHODS_OF_KERAS
from flake8_hybridize.model.module import Function
from flake8_hybridize.results import Confidence, Parameter
from flake8_hybridize.tensors.callbacks import callback_bindings
from flake8_hybridize.tensors.facts import Evidence
from flake8_hybridize.tensors.iteration import NEST, is_nest
from flake8_hybridize.tensors.observations import Call
from flake8_hybridize.tensors.substitution import indices
from flake8_hybridize.tensors.values import (
    ARRAY,
    BOOL,
    CALLABLE,
    CLASS,
    CONTAINER,
    DATASET,
    DTYPE,
    INSTANCE,
    ITERATOR,
    LAYER,
    METRIC,
    MODEL,
    NONE,
    NUMBER,
    OPTIMIZER,
    PARTS,
    SHAPE,
    STRING,
    SYMBOLIC,
    TENSOR,
    UNKNOWN,
    VARIABLE,
    YES,
    Value,
    holds_tensors,
)
from flake8_hybridize.verdict.callers import Callers, Handed, is_applied
from flake8_hybridize.verdict.given import given
from flake8_hybridize.verdict.messages import line_in
from flake8_hybridize.verdict.places import decorates

_LABELS = (
    (SYMBOLIC, results.SYMBOLIC), (TENSOR, "tensor"), (VARIABLE, "variable"), (ARRAY, "array"), (DATASET, "dataset"), (ITERATOR, "dataset"),
    (MODEL | LAYER | OPTIMIZER | METRIC, "object"), (INSTANCE, "object"), (CALLABLE | CLASS, "callable"), (CONTAINER, "container"),
    (BOOL, "bool"), (NUMBER, "number"), (STRING, "string"), (SHAPE | DTYPE, "object"), (NONE, "none"),
)  # fmt: skip
_NAMED = {"none": "None", results.SYMBOLIC: "a symbolic Keras tensor"}
_ARTICLE = {"array": "an", "object": "an"}
_ON_HOST = {"tensorflow.py_function": "tensor", "tensorflow.numpy_function": "array"}
_COLLECTED = {"args": "collects positional arguments", "kwargs": "collects keyword arguments"}
TENSOR_KINDS = ("tensor", "variable", "array")


def label(value: Value) -> str:
    """The report's word for a value."""
    if value.kinds & UNKNOWN or not value.kinds:
        return "unknown"
    for bits, name in _LABELS:
        if value.kinds & bits:
            return name
    return "object"


def classify(program: Program, callers: Callers, function: Function) -> tuple[Parameter, ...]:
    """One entry per parameter, found out once for these callers."""
    known = callers.parameters.get(function)
    if known is None:
        positions = range(len(function.params))
        known = tuple(_classify(program, callers, function, index) for index in positions)
        callers.parameters[function] = known
    return known


def _classify(program: Program, callers: Callers, function: Function, index: int) -> Parameter:
    param = function.params[index]
    for source in _SOURCES:
        found = source(program, callers, function, index)
        if found is not None:
            return Parameter(
                param.name, found.kind, found.confidence, found.text, found.nest, found.holds_tensors
            )
    return Parameter(param.name, "unknown", Confidence.GUESS, "")


def default_value(program: Program, function: Function, index: int) -> Value:
    """Value of the default of a parameter."""
    from flake8_hybridize.tensors.interpret import Frame

    node = function.params[index].default
    assert node is not None
    return Frame(program.engine, function.module, None, ()).evaluate(node)


def _itself(program: Program, callers: Callers, function: Function, index: int) -> Evidence | None:
    own = index == 0 and function.is_method
    return Evidence("object", Confidence.PROVED, "the object itself") if own else None


def _annotated(program: Program, callers: Callers, function: Function, index: int) -> Evidence | None:
    param = function.params[index]
    own = program.engine.own_value(function, index) if param.annotation is not None else None
    if own is not None and param.kind == "args":
        own = Value(CONTAINER, elem=own)
    kind = "unknown" if own is None else label(own)
    if own is None or kind in ("unknown", "none"):
        return None
    holding = kind == "container" and holds_tensors(own) == YES
    text = "annotated, with tensors in it" if holding else "annotated"
    return Evidence(kind, Confidence.PROVED, text, holds_tensors=holding)


def _from_sites(program: Program, callers: Callers, function: Function, index: int) -> Evidence | None:
    found = _given(program, callers, function, index)
    return None if found is None or found.kind == "none" else found


def _given(program: Program, callers: Callers, function: Function, index: int) -> Evidence | None:
    found = given(program, callers, function, index)
    if found is None:
        return None
    value, site = found.value, found.site
    kind = label(value)
    if kind == "unknown":
        return None
    place = line_in(site.module, site.call.node, function.module)
    line = site.call.node.lineno
    if kind == "container" and holds_tensors(value) == YES:
        text = f"given tensors in a container, {place}"
        return Evidence(kind, found.confidence, text, line, holds_tensors=True)
    what = _NAMED.get(kind) or f"{_ARTICLE.get(kind, 'a')} {kind}"
    confidence = min(found.confidence, Confidence.LIKELY) if is_nest(value) else found.confidence
    return Evidence(kind, confidence, f"given {what}, {place}", line, is_nest(value))


def _from_collecting(program: Program, callers: Callers, function: Function, index: int) -> Evidence | None:
    text = _COLLECTED.get(function.params[index].kind)
    evidence = program.engine.facts(function).evidence.get(index)
    if text is None or (evidence is not None and evidence.kind == "container"):
        return None
    return Evidence("container", Confidence.PROVED, text)


def _from_body(program: Program, callers: Callers, function: Function, index: int) -> Evidence | None:
    found = program.engine.facts(function).evidence.get(index)
    if found is None or (found.confidence is Confidence.GUESS and function.params[index].default is not None):
        return None
    return found


def _from_default(program: Program, callers: Callers, function: Function, index: int) -> Evidence | None:
    if function.params[index].default is None:
        return None
    kind = label(default_value(program, function, index))
    known = kind not in ("unknown", "none")
    return Evidence(kind, Confidence.LIKELY, "its default value") if known else None


def _from_decorating(program: Program, callers: Callers, function: Function, index: int) -> Evidence | None:
    decorated = decorates(program, callers, function) if index == 0 else None
    if decorated is None:
        return None
    place = line_in(decorated.module, decorated.node, function.module)
    return Evidence("callable", Confidence.PROVED, f"a decorator, {place}")


def _from_hand_overs(program: Program, callers: Callers, function: Function, index: int) -> Evidence | None:
    for handed in callers.hand_overs(function):
        if is_applied(handed.call) and index == function.is_method:
            place = line_in(handed.module, handed.call.node, function.module)
            return Evidence("dataset", Confidence.PROVED, f"given a dataset, {place}")
        traced = handed.how == "traced" or (handed.how == "called" and _calls_with_tensors(handed.call))
        if traced and _is_given(handed, function, index):
            text = f"callback of {handed.api}, {line_in(handed.module, handed.call.node, function.module)}"
            return Evidence("tensor", Confidence.LIKELY, text, nest=not _gives_tensors(handed))
        if handed.how == "host" and handed.api in _ON_HOST and index >= function.is_method:
            text = f"called by {handed.api.replace('tensorflow', 'tf')}, {line_in(handed.module, handed.call.node, function.module)}"
            return Evidence(_ON_HOST[handed.api], Confidence.LIKELY, text)
    return None


def _calls_with_tensors(call: Call) -> bool:
    """Whether all structures over which the callback is mapped hold tensors."""
    return len(call.args) > 1 and all(holds_tensors(value) == YES for value in call.args[1:])


def _is_given(handed: Handed, function: Function, index: int) -> bool:
    """Whether the API that takes the callback gives it the parameter."""
    if handed.api == "Model.compile":
        return index < 2 + function.is_method  # y_true and y_pred
    call = handed.call
    found = (callback_bindings(value, NEST) for value in (*call.args, *call.kwargs.values()))
    given = next((bound.get(index) for callee, bound in filter(None, found) if callee is function), None)
    return given is NEST or (given is not None and given.elem is NEST)


def _gives_tensors(handed: Handed) -> bool:
    """Whether the callback is surely given single tensors: the elements of the dataset are known, and no state is."""
    receiver = handed.call.receiver
    if handed.call.method in ("reduce", "scan"):
        return False
    elem = receiver.elem if receiver is not None and receiver.kinds & DATASET else None
    if elem is None or is_nest(elem):
        return False
    parts = elem.items if elem.items is not None and elem.keys is None else (elem,)
    return all(part.kinds == TENSOR and not is_nest(part) for part in parts)


def _from_contract(program: Program, callers: Callers, function: Function, index: int) -> Evidence | None:
    if function.owner is None:
        return None
    name = function.params[index].name
    kind = program.engine.base_kind(function.owner)
    nest = kind in ("layer", "model")
    first = function.params[1].name if len(function.params) > 1 else ""
    wanted = TENSOR_METHODS_OF_KERAS.get((kind, function.name), ())
    if name not in wanted and not (wanted and name == first):
        return None
    if function.name in STEPS_ON_BATCHES:
        text = f"contract of a Keras {kind}, a batch of several tensors"
        return Evidence("container", Confidence.LIKELY, text, holds_tensors=True)
    return Evidence("tensor", Confidence.LIKELY, f"contract of a Keras {kind}", nest=nest)


_SOURCES = (
    _itself, _annotated, _from_sites, _from_hand_overs, _from_contract, _from_collecting, _from_body, _from_default,
    _given, _from_decorating,
)  # fmt: skip
"""What tells the kind of a parameter, the surest first."""


def resolve(
    condition: int, parameters: tuple[Parameter, ...], alone: bool = False, staged: bool = False
) -> Confidence | None:
    """How sure it is that the value is a tensor; None: surely not.

    `alone`: containers of tensors do not count; `staged`: datasets do.
    """
    if condition == YES:
        return Confidence.PROVED
    if condition <= 0:
        return Confidence.GUESS if condition else None
    best: Confidence | None = None
    for index in indices(condition):
        if index >= PARTS:
            found = _inside_confidence(parameters[index - PARTS], alone)
        else:
            found = _tensor_confidence(parameters[index], alone, staged)
        if found is not None and (best is None or found > best):
            best = found
    return best


def computes(condition: int, parameters: tuple[Parameter, ...]) -> Confidence | None:
    """How sure it is that TensorFlow computes; operators on arrays alone are NumPy's work while the code is eager.

    What is only sliced like a tensor may be an array as well.
    """
    without_arrays = tuple(
        replace(p, confidence=Confidence.GUESS) if p.kind == "array" or p.evidence.startswith(_SLICED) else p
        for p in parameters
    )
    return resolve(condition, without_arrays)


_SLICED = ("sliced along axes", "given a new axis")


def _inside_confidence(parameter: Parameter, alone: bool) -> Confidence | None:
    if alone and (parameter.nest or parameter.kind in ("dataset", "container")):
        return None
    if parameter.kind == "dataset":
        return Confidence.LIKELY
    if parameter.kind == "container":
        sure = parameter.holds_tensors or parameter.evidence.startswith("its parts are passed")
        return Confidence.LIKELY if sure else Confidence.GUESS
    return _tensor_confidence(parameter, alone=False)


def without(found: Confidence | None, unless: Confidence | None) -> Confidence | None:
    """How sure `found` is where `unless` speaks against it."""
    if found is None or unless is None:
        return found
    return Confidence.GUESS if unless is Confidence.GUESS else None


def _tensor_confidence(parameter: Parameter, alone: bool, staged: bool = False) -> Confidence | None:
    if staged and parameter.kind == "dataset":
        return parameter.confidence
    if alone and parameter.nest:
        return None
    if parameter.kind in TENSOR_KINDS:
        return parameter.confidence
    if parameter.kind == "container":
        if parameter.evidence.startswith("its parts"):
            return Confidence.GUESS
        if alone:
            return None
        return Confidence.LIKELY if parameter.holds_tensors else Confidence.GUESS
    return Confidence.GUESS if parameter.kind == "unknown" else None
