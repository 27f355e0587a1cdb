"""HYB237 and HYB405: an `input_signature` against the function, its calls and its body.

Measured on TensorFlow 2.21: Python numbers, lists and arrays are cast to the dtype of the signature; tensors are not.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from flake8_hybridize.hazards.base import DETECTORS, OWN, Category, Rule, Signal
from flake8_hybridize.model.module import Function
from flake8_hybridize.results import Confidence
from flake8_hybridize.tensors.observations import Call
from flake8_hybridize.tensors.refs import Hybrid
from flake8_hybridize.tensors.values import LAYER, NO_CONSTANT, TENSOR, VARIABLE, Value
from flake8_hybridize.verdict.boundary.base import Border, border
from flake8_hybridize.verdict.boundary.dims import dimension_uses
from flake8_hybridize.verdict.boundary.makings import Making, enclosing, makings
from flake8_hybridize.verdict.boundary.specs import UNKNOWN_SIZE, Nest, Reader, Spec, Structure
from flake8_hybridize.verdict.boundary.variation import argument
from flake8_hybridize.verdict.callers import Site
from flake8_hybridize.verdict.messages import line_in

MISMATCH = DETECTORS.declare(
    Rule(
        code="HYB237",
        name="sig-mismatch",
        summary="the input_signature does not fit the function, a call of it, or what its body needs",
        category=Category.RAISES,
        names=("SIG_MISMATCH", "SIG_NONE_DIM"),
    )
)
NARROW = DETECTORS.declare(
    Rule(
        code="HYB405",
        name="narrow-signature",
        summary="the input_signature fixes a size that a call does not have",
        category=Category.RAISES,
        names=("NARROW_SIGNATURE",),
    )
)
_TRAINING_LAYERS = frozenset(
    f"keras.layers.{name}"
    for name in "Dropout AlphaDropout GaussianDropout GaussianNoise SpatialDropout1D SpatialDropout2D BatchNormalization".split()
)


@dataclass(frozen=True, slots=True)
class _Signed:
    """A function with a signature that could be read; `specs` by position of the parameter."""

    function: Function
    making: Making
    specs: dict[int, Structure]

    @property
    def first(self) -> int:
        return _first(self.function)


@border
def signature(known: Border, function: Function) -> Iterator[Signal]:
    """What does not fit the signature of a decorator or of a `tf.function(...)`."""
    for making in makings(known, function):
        signed = _read(known, function, making)
        if signed is None:
            continue
        refused = _refused(signed)
        if refused:
            yield _mismatch("SIG_MISMATCH", making.node, refused, Confidence.PROVED)
            continue
        for site in _sites(known, signed):
            yield from _call(known, signed, site)
        yield from _open_dimensions(signed)
        yield from _training_flags(known, signed)


def _mismatch(name: str, node: ast.AST, what: str, confidence: Confidence = Confidence.LIKELY) -> Signal:
    return Signal(MISMATCH, name, node, what, "", what, confidence=confidence, param=OWN, blocks=False)


def _read(known: Border, function: Function, making: Making) -> _Signed | None:
    node = making.argument("input_signature")
    if node is None or (isinstance(node, ast.Constant) and node.value is None):
        return None
    scope = enclosing(function.module, making.node) if making.call is not None else function.parent
    found = Reader(known.program.engine, function.module, scope).signature(node)
    if found is None:
        return None
    first = _first(function)
    positions = [i for i, p in enumerate(function.params) if p.kind == "positional" and i >= first]
    return _Signed(function, making, dict(zip(positions, found)))


def _first(function: Function) -> int:
    """Position of the first parameter of the signature; TensorFlow 2.21 leaves out any that is called self."""
    return 1 if function.is_method or (function.params and function.params[0].name == "self") else 0


def _refused(signed: _Signed) -> str:
    """Why decorating fails, which happens when the module is imported."""
    for index, param in enumerate(signed.function.params):
        if index < signed.first or param.default is not None:
            continue
        if param.kind == "keyword":
            return f"has the required keyword-only argument {param.name}, which no input_signature can hold"
        if param.kind == "positional" and index not in signed.specs:
            return f"has an input_signature without the required argument {param.name}"
    return ""


def _sites(known: Border, signed: _Signed) -> Iterator[Site]:
    for site in known.callers.calls(signed.function):
        if site.module is signed.function.module and (
            signed.making.call is None or isinstance(site.call.callee.ref, Hybrid)
        ):
            yield site


# ---------------------------------------------------------------------- calls
def _call(known: Border, signed: _Signed, site: Site) -> Iterator[Signal]:
    reader = Reader(known.program.engine, site.module, site.caller)
    for index, value in site.bound.items():
        node = argument(site, index)
        if node is None or index < signed.first:
            continue
        name = signed.function.params[index].name
        if index not in signed.specs:
            yield from _default(signed, site, index, value)
            continue
        spec = signed.specs[index]
        problem = _structure(spec, reader.resolved(node)[0]) if isinstance(spec, Nest) else ""
        if isinstance(spec, Spec):
            shape, problem = _tensor(spec, value, reader.tensor(node))
            if shape:
                yield Signal(
                    NARROW, "NARROW_SIGNATURE", signed.making.node, f"has a signature for {name} that {shape}, {line_in(site.module, site.call.node, signed.function.module)}",
                    "open the dimension with None", "narrow signature", param=OWN, blocks=False,
                )  # fmt: skip
        if problem:
            yield _mismatch("SIG_MISMATCH", site.call.node, f"has a signature in which {name} is {problem}")


def _default(signed: _Signed, site: Site, index: int, value: Value) -> Iterator[Signal]:
    """An argument beside the signature is fixed to its default."""
    param = signed.function.params[index]
    default = param.default
    if isinstance(default, ast.Constant) and value.const is not NO_CONSTANT and value.const != default.value:
        what = f"has a signature without {param.name}, which is fixed to {default.value!r}, but is given {value.const}"
        yield _mismatch("SIG_MISMATCH", site.call.node, what)


def _structure(spec: Nest, node: ast.expr) -> str:
    kinds = {"list": ast.List, "tuple": ast.Tuple, "dict": ast.Dict}
    for kind, literal in kinds.items():
        if isinstance(node, literal) and kind != spec.kind:
            return f"a {spec.kind}, but the call passes a {kind}"
    return ""


def _tensor(spec: Spec, value: Value, found: Spec | None) -> tuple[str, str]:
    """What the size and what the dtype or rank of a tensor argument do not fit."""
    if value.kinds & ~(TENSOR | VARIABLE) or not value.kinds:
        return "", ""
    dtype = value.dtype or (found.dtype if found is not None else "")
    if dtype and spec.dtype and dtype != spec.dtype:
        return "", f"{spec.dtype}, but the call passes {dtype}"
    shape = found.shape if found is not None else None
    if shape is None or spec.shape is None:
        return "", ""
    if len(shape) != len(spec.shape):
        return "", f"of rank {len(spec.shape)}, but the call passes rank {len(shape)}"
    for wanted, size in zip(spec.shape, shape):
        if wanted is not None and size is not None and UNKNOWN_SIZE not in (wanted, size) and wanted != size:
            return f"wants {wanted} where a call has {size}", ""
    return "", ""


# ---------------------------------------------------------------------- body
def _open_dimensions(signed: _Signed) -> Iterator[Signal]:
    function = signed.function
    for use in dimension_uses(function):
        index = function.param_index(use.parameter)
        spec = signed.specs.get(index) if index is not None else None
        if (
            not isinstance(spec, Spec)
            or spec.shape is None
            or not -len(spec.shape) <= use.axis < len(spec.shape)
        ):
            continue
        if spec.shape[use.axis] is None:
            effect = "silently takes everything" if use.how == "slice" else "raises"
            text = f"{use.parameter}.shape[{use.axis}]"
            yield _mismatch(
                "SIG_NONE_DIM",
                use.node,
                f"uses {text} as a number, which its signature leaves open: None {effect}",
            )


def _training_flags(known: Border, signed: _Signed) -> Iterator[Signal]:
    """A flag that the signature makes a tensor, where a Keras layer wants a Python bool."""
    for seen in known.program.body(signed.function).facts.observations:
        flag = seen.kwargs.get("training") if isinstance(seen, Call) else None
        if flag is None or not isinstance(signed.specs.get(flag.param), Spec):
            continue
        callee = seen.callee
        if callee.kinds & LAYER and callee.ref in _TRAINING_LAYERS:
            layer = str(callee.ref).rpartition(".")[2]
            name = signed.function.params[flag.param].name
            what = f"passes {name}, a tensor by its signature, as training to {layer}, which raises"
            yield _mismatch("SIG_MISMATCH", seen.node, what)
