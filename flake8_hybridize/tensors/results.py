"""What a call of a known API returns, and what it says about its arguments."""

from __future__ import annotations

import ast
from functools import cache
from typing import TYPE_CHECKING

from flake8_hybridize.knowledge.schema import Api
from flake8_hybridize.results import Confidence
from flake8_hybridize.tensors.numpy_dtypes import NAMES as NUMPY_DTYPES
from flake8_hybridize.tensors.numpy_dtypes import result_dtype
from flake8_hybridize.tensors.open_shapes import SAME_SHAPE, open_result
from flake8_hybridize.tensors.values import (
    ARRAY,
    BOOL,
    CALLABLE,
    CONTAINER,
    FLOATING,
    FRESH,
    LAYER,
    NUMBER,
    NUMERIC,
    RNG,
    SEEDED,
    SHAPELESS,
    STATIC,
    STRING,
    SYMBOLIC,
    TENSOR,
    TENSOR_VALUE,
    TENSORLIKE,
    UNKNOWN,
    UNKNOWN_VALUE,
    Value,
    of_kind,
    replace,
)

if TYPE_CHECKING:
    from flake8_hybridize.tensors.interpret import Frame

_BOOL_RESULTS = frozenset(
    "equal not_equal less less_equal greater greater_equal logical_and logical_or logical_not logical_xor reduce_any "
    "reduce_all is_nan is_inf is_finite is_non_decreasing is_strictly_increasing in_top_k sequence_mask".split()
)
_NUMERIC_RESULTS = frozenset(
    "reduce_sum reduce_mean reduce_max reduce_min reduce_prod square abs relu maximum minimum matmul matvec tensordot einsum "
    "add subtract multiply divide pow ceil floor round sign cumsum cumprod trace add_n accumulate_n squared_difference".split()
)
_FLOAT_RESULTS = frozenset(
    "reduce_std reduce_variance reduce_logsumexp reduce_euclidean_norm norm exp log log1p expm1 sqrt rsqrt sin cos tan tanh "
    "sigmoid softplus softmax log_softmax elu gelu l2_loss det logdet erf lgamma".split()
)
_SAME_DTYPE = frozenset(
    "reduce_sum reduce_mean reduce_max reduce_min reduce_prod reduce_std reduce_variance reduce_logsumexp abs square sqrt rsqrt exp "
    "log log1p expm1 tanh sigmoid softplus softmax log_softmax relu elu sign negative cumsum norm reshape transpose squeeze "
    "expand_dims tile gather gather_nd boolean_mask identity stop_gradient zeros_like ones_like pad reverse roll sort repeat "
    "broadcast_to clip_by_value inv cholesky diag_part ensure_shape".split()
)
_COMMON_DTYPE = frozenset(
    "maximum minimum add subtract multiply pow squared_difference matmul matvec tensordot solve divide_no_nan multiply_no_nan".split()
)
_FLOAT32 = frozenset(
    "tensorflow.zeros tensorflow.ones tensorflow.eye tensorflow.linalg.eye tensorflow.one_hot tensorflow.random.normal "
    "tensorflow.random.uniform tensorflow.random.truncated_normal tensorflow.random.stateless_normal "
    "tensorflow.random.stateless_uniform tensorflow.random.stateless_truncated_normal normal uniform truncated_normal".split()
)
_OF_MATRICES = frozenset("matmul conv1d conv2d conv3d depthwise_conv2d separable_conv2d".split())
_GIVES_SHAPE = frozenset(("input_shape", "input_dim", "batch_input_shape", "input_length"))
# Functions of NumPy whose result is no view of an argument.
_NEW_ARRAYS = frozenset(
    f"numpy.{name}"
    for name in (
        "zeros ones empty full eye identity arange linspace array copy zeros_like ones_like empty_like full_like "
        "concatenate stack tile repeat"
    ).split()
)
_CONVERTING = frozenset(("cast", "constant", "zeros", "ones", "convert_to_tensor", "saturate_cast"))


# What calling the function that these give does: what any activation does.
_FUNCTIONS = dict.fromkeys(
    ("keras.activations.get", "keras.activations.deserialize"), "keras.activations.relu"
)


def api_result(name: str, api: Api, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
    """Value of a call of `name` with these arguments."""
    if any(arg.kinds & SYMBOLIC for arg in args) and not _is_static(api):
        return Value(SYMBOLIC)
    if api.returns == "same":
        return replace(args[0], param=-1, origin=FRESH) if args else UNKNOWN_VALUE
    value = of_kind(api.returns)
    if value.kinds == TENSOR:
        return _tensor(name, api, args, kwargs)
    if value.kinds & ARRAY:
        deps = 0
        for arg in args:
            deps |= arg.deps if arg.kinds & ~STATIC else 0
        origin = FRESH if name in _NEW_ARRAYS else value.origin
        return replace(value, deps=deps, dtype=result_dtype(name, args, kwargs), origin=origin)
    if value.kinds == NUMBER and name.startswith("numpy.") and name[6:] in NUMPY_DTYPES:
        return replace(value, dtype=name[6:])
    if value.kinds & CONTAINER or value.kinds == UNKNOWN:
        return replace(value, origin=FRESH) if "class" in api.flags.split() else value
    if value.kinds == RNG:
        return replace(value, ref=name, origin=FRESH, extra=SEEDED if _is_seeded(args, kwargs) else None)
    if value.kinds == CALLABLE and "=" not in api.flags:
        return replace(value, ref=_FUNCTIONS.get(name), origin=FRESH)
    shaped = "built" if value.kinds & LAYER and not _GIVES_SHAPE.isdisjoint(kwargs) else value.extra
    return replace(value, ref=name if "." in name else None, origin=FRESH, extra=shaped)


def _tensor(name: str, api: Api, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
    """The tensor that the call returns, with the dtype that follows from its arguments."""
    last = name.rpartition(".")[2]
    dtype = _dtype(last, args, kwargs) or _fixed_dtype(name, api, args, kwargs)
    form = open_result(name, last, args, kwargs)
    if form is not None:
        return Value(TENSOR, dtype=dtype, extra=form)
    if dtype and last in SAME_SHAPE and args and args[0].extra == SHAPELESS:
        return Value(TENSOR, dtype=dtype, extra=SHAPELESS)
    if dtype:
        return Value(TENSOR, dtype=dtype)
    if last in _FLOAT_RESULTS or (last in _SAME_DTYPE and args and args[0].extra == FLOATING):
        return Value(TENSOR, extra=FLOATING)
    return Value(TENSOR, extra=NUMERIC) if last in _NUMERIC_RESULTS else TENSOR_VALUE


def _is_seeded(args: tuple[Value, ...], kwargs: dict[str, Value]) -> bool:
    """Whether a Python number or text is given, which is part of what a trace is made for."""
    given = (*args, *kwargs.values())
    return bool(given) and not any(value.kinds & ~(NUMBER | STRING) for value in given)


def _is_static(api: Api) -> bool:
    """Whether the API asks for the shape or dtype of a KerasTensor, or gives a plain Python value."""
    return "static" in api.flags.split() or not of_kind(api.returns).kinds & ~STATIC


def _dtype(last: str, args: tuple[Value, ...], kwargs: dict[str, Value]) -> str:
    if last in _BOOL_RESULTS:
        return "bool"
    given = kwargs.get("dtype")
    if given is None and last in _CONVERTING and len(args) > 1:
        given = args[1]
    if given is not None:
        return given.const if isinstance(given.const, str) else ""
    if last in _SAME_DTYPE and args:
        return args[0].dtype if args[0].kinds & TENSORLIKE else ""
    if last in _COMMON_DTYPE:
        return _common(args)
    if last == "where":
        return _common(args[1:]) if len(args) > 1 else "int64"
    if last in ("stack", "concat") and args and args[0].kinds == CONTAINER:
        return _common(args[0].items or ())
    if last == "constant" and args:
        return literal_dtype(args[0])
    return ""


def _common(values: tuple[Value, ...]) -> str:
    """dtype of an operation that wants one dtype of all these."""
    return next((value.dtype for value in values if value.kinds & TENSORLIKE and value.dtype), "")


def _fixed_dtype(name: str, api: Api, args: tuple[Value, ...], kwargs: dict[str, Value]) -> str:
    given = next((kwargs[name] for name in ("dtype", "out_type", "output_type") if name in kwargs), None)
    if given is None and name in _FLOAT32:
        names = positional_names(api.parameters)
        position = names.index("dtype") + ("." not in name) if "dtype" in names else len(args)
        given = args[position] if position < len(args) else None
        if given is None:
            return (
                "" if "on_value" in kwargs or (len(args) > 2 and name == "tensorflow.one_hot") else "float32"
            )
    if given is not None:
        return given.const if isinstance(given.const, str) else ""
    return next((flag[6:] for flag in api.flags.split() if flag.startswith("dtype=")), "")


def literal_dtype(value: Value, depth: int = 0) -> str:
    """dtype of the tensor that a Python number, nested list of them or tensor becomes; empty if not known."""
    if value.kinds == CONTAINER and depth < 4:
        parts = value.items if value.items is not None else (value.elem,) if value.elem is not None else ()
        found = {literal_dtype(part, depth + 1) for part in parts}
        return found.pop() if len(found) == 1 else "float32" if found == {"int32", "float32"} else ""
    if value.kinds == NUMBER:
        return {"int": "int32", "float": "float32"}.get(value.dtype, "")
    if value.kinds == BOOL:
        return "bool"
    return (
        value.dtype if value.kinds & (TENSOR | ARRAY) and not value.kinds & ~(TENSOR | ARRAY | NUMBER) else ""
    )


@cache
def positional_names(parameters: str) -> tuple[str, ...]:
    """Names of the positional parameters of a row."""
    names = []
    for word in parameters.split():
        if word.startswith("*"):
            break
        names.append(word.rstrip("?"))
    return tuple(names)


@cache
def tensor_parameters(tensors: str) -> dict[str, tuple[bool, bool]]:
    """Parameters that take tensors: whether that is strong evidence, and whether they take a list of them."""
    return {word.rstrip("~").rstrip("*"): (not word.endswith("~"), "*" in word) for word in tensors.split()}


def evidence_from_api(
    frame: Frame, node: ast.Call, name: str, api: Api, args: tuple[Value, ...], kwargs: dict[str, Value]
) -> None:
    """Notes which parameters of the function are used where the API takes a tensor."""
    if not api.tensors:
        return
    names = positional_names(api.parameters)
    wanted = tensor_parameters(api.tensors)
    for index, value in enumerate(args):
        if index < len(names) and names[index] in wanted:
            _note(frame, node, name, value, *wanted[names[index]])
    for key, value in kwargs.items():
        if key in wanted:
            _note(frame, node, name, value, *wanted[key])


def _note(frame: Frame, node: ast.Call, name: str, value: Value, strong: bool, listed: bool) -> None:
    parts = value.items if value.kinds & CONTAINER and value.items is not None else (value,)
    for part in parts:
        if part.kinds & (UNKNOWN | ARRAY) and part.deps:
            short = name.replace("tensorflow.", "tf.", 1)
            confidence = Confidence.LIKELY if strong else Confidence.GUESS
            text = f"passed to {short}, line {node.lineno}"
            if listed and part is value:
                frame.note(part, "container", confidence, f"its tensors are {text}", node.lineno)
            else:
                frame.note(part, "tensor", confidence, text, node.lineno, fed=_wants_a_batch(name))


def _wants_a_batch(name: str) -> bool:
    """Whether a number or a row makes no sense there: what is unpacked for it was no tensor, but several."""
    last = name.rpartition(".")[2]
    return last in _OF_MATRICES or "cross_entropy" in last or name.startswith("keras.losses.")
