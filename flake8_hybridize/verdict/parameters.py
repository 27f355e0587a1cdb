"""What the parameters of a function are given, from every source of evidence."""

from __future__ import annotations

from dataclasses import replace

from flake8_hybridize.hazards.summaries import Program
from flake8_hybridize.knowledge.contracts import TENSOR_METHODS_OF_KERAS
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
    EAGER_NUMBER,
    INSTANCE,
    ITERATOR,
    LAYER,
    METRIC,
    MODEL,
    NONE,
    NUMBER,
    NUMBER_VALUE,
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
    join,
)
from flake8_hybridize.verdict.callers import Callers, Handed, Site
from flake8_hybridize.verdict.messages import line_in

_LABELS = (
    (SYMBOLIC, "object"), (TENSOR, "tensor"), (VARIABLE, "variable"), (ARRAY, "array"), (DATASET, "dataset"), (ITERATOR, "dataset"),
    (MODEL | LAYER | OPTIMIZER | METRIC, "object"), (INSTANCE, "object"), (CALLABLE | CLASS, "callable"), (CONTAINER, "container"),
    (BOOL, "bool"), (NUMBER, "number"), (STRING, "string"), (SHAPE | DTYPE, "object"), (NONE, "none"),
)  # fmt: skip
_ARTICLE = {"array": "an", "object": "an"}
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
    if index == 0 and function.is_method:
        return Parameter(param.name, "object", Confidence.PROVED, "the object itself")
    own = program.engine.own_value(function, index) if param.annotation is not None else None
    if own is not None and label(own) not in ("unknown", "none"):
        return Parameter(param.name, label(own), Confidence.PROVED, "annotated")
    given = _from_sites(program, function, callers.calls(function), index)
    if given is not None:
        return Parameter(param.name, given.kind, given.confidence, given.text, given.nest)
    handed = _from_hand_overs(callers, function, index)
    contract = _from_contract(program, function, param.name)
    for found in (handed, contract):
        if found is not None:
            return Parameter(param.name, found.kind, found.confidence, found.text, found.nest)
    evidence = program.engine.facts(function).evidence.get(index)
    if evidence is not None and (evidence.confidence > Confidence.GUESS or param.default is None):
        return Parameter(param.name, evidence.kind, evidence.confidence, evidence.text, evidence.nest)
    if param.default is not None:
        value = default_value(program, function, index)
        if label(value) not in ("unknown", "none"):
            return Parameter(param.name, label(value), Confidence.LIKELY, "its default value")
    return Parameter(param.name, "unknown", Confidence.GUESS, "")


def default_value(program: Program, function: Function, index: int) -> Value:
    """Value of the default of a parameter."""
    from flake8_hybridize.tensors.interpret import Frame

    node = function.params[index].default
    assert node is not None
    return Frame(program.engine, function.module, None, ()).evaluate(node)


def _from_sites(program: Program, function: Function, sites: list[Site], index: int) -> Evidence | None:
    joined: Value | None = None
    first: Site | None = None
    for site in sites:
        value = site.bound.get(index)
        if value is None or value.kinds & UNKNOWN or not value.kinds or value.kinds == NONE:
            continue
        if value.extra == EAGER_NUMBER and (site.caller is None or not program.is_hybrid(site.caller)):
            value = NUMBER_VALUE
        joined = value if joined is None else join(joined, value)
        first = first or site
    if joined is None or first is None:
        return None
    kind = label(joined)
    place = line_in(first.module, first.call.node, function.module)
    if kind == "container" and holds_tensors(joined) == YES:
        return Evidence("container", Confidence.PROVED, f"given tensors in a container, {place}")
    return Evidence(
        kind,
        Confidence.PROVED,
        f"given {_ARTICLE.get(kind, 'a')} {kind}, {place}",
        first.call.node.lineno,
        is_nest(joined),
    )


def _from_hand_overs(callers: Callers, function: Function, index: int) -> Evidence | None:
    for handed in callers.hand_overs(function):
        if handed.how == "traced" and _is_given(handed.call, function, index):
            text = f"callback of {handed.api}, {line_in(handed.module, handed.call.node, function.module)}"
            return Evidence("tensor", Confidence.LIKELY, text, nest=not _gives_tensors(handed))
    return None


def _is_given(call: Call, function: Function, index: int) -> bool:
    """Whether the API that takes the callback gives it the parameter."""
    found = (callback_bindings(value, NEST) for value in (*call.args, *call.kwargs.values()))
    given = next((bound.get(index) for callee, bound in filter(None, found) if callee is function), None)
    return given is NEST or (given is not None and given.elem is NEST)


def _gives_tensors(handed: Handed) -> bool:
    """Whether the callback is surely given single tensors: the elements of the dataset are known."""
    receiver = handed.call.receiver
    elem = receiver.elem if receiver is not None and receiver.kinds & DATASET else None
    if elem is None or is_nest(elem):
        return False
    parts = elem.items if elem.items is not None and elem.keys is None else (elem,)
    return all(part.kinds == TENSOR and not is_nest(part) for part in parts)


def _from_contract(program: Program, function: Function, name: str) -> Evidence | None:
    if function.owner is None:
        return None
    kind = program.engine.base_kind(function.owner)
    nest = kind in ("layer", "model")
    if name in TENSOR_METHODS_OF_KERAS.get((kind, function.name), ()):
        return Evidence("tensor", Confidence.LIKELY, f"contract of a Keras {kind}", nest=nest)
    first = function.params[1].name if len(function.params) > 1 else ""
    if kind and name == first and (kind, function.name) in TENSOR_METHODS_OF_KERAS:
        return Evidence("tensor", Confidence.LIKELY, f"contract of a Keras {kind}", nest=nest)
    return None


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
    """How sure it is that TensorFlow computes; operators on arrays alone are NumPy's work while the code is eager."""
    without_arrays = tuple(
        replace(p, confidence=Confidence.GUESS) if p.kind == "array" else p for p in parameters
    )
    return resolve(condition, without_arrays)


def _inside_confidence(parameter: Parameter, alone: bool) -> Confidence | None:
    if alone and (parameter.nest or parameter.kind in ("dataset", "container")):
        return None
    if parameter.kind == "dataset":
        return Confidence.LIKELY
    if parameter.kind == "container":
        sure = parameter.evidence.startswith("given tensors") or parameter.evidence.startswith(
            "its parts are passed"
        )
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
        return Confidence.LIKELY if parameter.evidence.startswith("given tensors") else Confidence.GUESS
    return Confidence.GUESS if parameter.kind == "unknown" else None
