"""dtypes of NumPy arrays and scalars, as NumPy 2 gives them on 64-bit Linux; empty if not known."""

from __future__ import annotations

from flake8_hybridize.tensors.values import (
    ARRAY,
    BOOL,
    CONTAINER,
    NUMBER,
    TENSORLIKE,
    Value,
)

FLOATS = ("float16", "float32", "float64")
_INTEGERS = ("uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64")
NAMES = frozenset((*FLOATS, *_INTEGERS, "bool", "complex64", "complex128"))
_SPELLED = {
    "float": "float64", "int": "int64", "double": "float64", "single": "float32", "half": "float16",
    "bool_": "bool", "int_": "int64", "intc": "int32", "float_": "float64", "f2": "float16", "f4": "float32",
    "f8": "float64", "f": "float32", "d": "float64", "e": "float16", "i4": "int32", "i8": "int64",
    "i": "int32", "u1": "uint8", "?": "bool",
    "builtins.float": "float64", "builtins.int": "int64", "builtins.bool": "bool",
}  # fmt: skip
_OF_PYTHON = {"int": "int64", "float": "float64"}

_FLOAT64 = frozenset(
    "linspace logspace geomspace hamming hanning blackman kaiser bartlett loadtxt genfromtxt".split()
)
_FILLED = frozenset("zeros ones empty eye identity tri".split())
_INT64 = frozenset(
    "argmax argmin argsort argwhere searchsorted count_nonzero flatnonzero nonzero digitize bincount".split()
)
_CASTING = frozenset(
    "array asarray ascontiguousarray asanyarray asfortranarray atleast_1d atleast_2d atleast_3d".split()
)
_SAME = frozenset(
    "reshape transpose squeeze ravel flatten copy expand_dims swapaxes moveaxis rollaxis tile "
    "repeat flip fliplr flipud roll rot90 sort take diagonal diag triu tril max min amax amin abs "
    "absolute negative clip round around unique zeros_like ones_like empty_like pad broadcast_to "
    "square partition compress permutation permuted trim_zeros nan_to_num sign "
    "nanmax nanmin diff view byteswap delete real conj".split()
)
_JOINED = frozenset(
    "concatenate stack vstack hstack dstack column_stack row_stack append insert maximum minimum "
    "where dot matmul outer inner vdot tensordot add subtract multiply mod fmod remainder power "
    "fmax fmin".split()
)
_ADDED = frozenset("sum prod nansum trace cumsum cumprod".split())
_SUMS = dict.fromkeys(("bool", "int8", "int16", "int32"), "int64") | dict.fromkeys(
    ("uint8", "uint16", "uint32"), "uint64"
)
_FLOATING = frozenset(
    "mean std var median nanmean nanstd nanvar exp log log2 log10 log1p "
    "expm1 sqrt cbrt sin cos tan arcsin arccos arctan arctan2 sinh cosh tanh divide true_divide "
    "hypot deg2rad rad2deg radians degrees".split()
)
_DRAWN = frozenset(
    "normal uniform random random_sample ranf sample rand randn standard_normal beta gamma "
    "exponential laplace lognormal logistic gumbel chisquare dirichlet multivariate_normal "
    "triangular vonmises weibull standard_t standard_gamma standard_exponential standard_cauchy "
    "rayleigh pareto power f wald noncentral_chisquare".split()
)
_DRAWN_INTEGERS = frozenset(
    "randint integers poisson binomial multinomial geometric hypergeometric negative_binomial zipf".split()
)
_CHOSEN = frozenset(("permutation", "permuted", "choice"))
_BEFORE_SIZE = dict.fromkeys(
    "rand randn random random_sample ranf sample standard_normal standard_exponential".split(), 0
) | dict.fromkeys(
    "normal uniform beta gamma laplace lognormal logistic gumbel randint integers binomial "
    "multivariate_normal".split(),
    2,
)
_DTYPE_POSITIONS = {
    "array": 1, "asarray": 1, "asanyarray": 1, "ascontiguousarray": 1, "zeros": 1, "ones": 1, "empty": 1,
    "full": 2, "identity": 1, "astype": 1, "zeros_like": 1, "ones_like": 1, "empty_like": 1,
    "full_like": 2, "eye": 3,
}  # fmt: skip
Arguments = tuple[Value, ...]


def named(value: Value | None) -> str:
    """The dtype that an argument `dtype=` names; empty if it is not known."""
    if value is None:
        return ""
    name = value.const if isinstance(value.const, str) else value.ref if isinstance(value.ref, str) else ""
    name = name.lstrip("<=|")
    return name if name in NAMES else _SPELLED.get(name, "")


def result_dtype(name: str, args: Arguments, kwargs: dict[str, Value]) -> str:
    """dtype of what the function or method gives; a method has its receiver as the first argument."""
    last = name.rpartition(".")[2]
    written = kwargs.get("dtype")
    position = _DTYPE_POSITIONS.get(last)
    if written is None and position is not None and len(args) > position:
        written = args[position]
    if written is not None and written.const is not None:
        return named(written)
    if name.startswith("numpy.random."):
        return _drawn(last, args, kwargs)
    if args and "." not in name and not args[0].kinds & ARRAY and last in _DRAWN | _DRAWN_INTEGERS | _CHOSEN:
        return _drawn(last, args[1:], kwargs)
    return _computed(last, args)


def _drawn(last: str, args: Arguments, kwargs: dict[str, Value]) -> str:
    """Random numbers; without a size they are Python numbers."""
    if last in _CHOSEN:
        return content_dtype(args[0]) if args else ""
    if "size" not in kwargs and len(args) <= _BEFORE_SIZE.get(last, 1):
        return ""
    return "float64" if last in _DRAWN else "int64" if last in _DRAWN_INTEGERS else ""


def _computed(last: str, args: Arguments) -> str:
    if last in _FLOAT64 or last in _FILLED:
        return "float64"
    if last in _INT64:
        return "int64"
    if last == "arange":
        return promoted(args)
    if last in ("full", "full_like"):
        own = content_dtype(args[0]) if args and last == "full_like" else ""
        return own or (content_dtype(args[1]) if len(args) > 1 else "")
    first = content_dtype(args[0]) if args else ""
    if last in _CASTING or last in _SAME:
        return first
    if last in _ADDED:
        return _SUMS.get(first, first)
    if last in _FLOATING:
        return first if first in FLOATS else "float64" if first else ""
    if last == "numpy":
        return first
    if last in _JOINED:
        return promoted(args[1:] if last == "where" else _operands(args))
    return ""


def _operands(args: Arguments) -> Arguments:
    """The arrays of `np.add(a, b)`, `np.stack([a, b], axis)`, `a.dot(b)`."""
    if args and args[0].kinds == CONTAINER:
        first = args[0]
        return first.items if first.items is not None else (first.elem,) if first.elem is not None else ()
    return args


def content_dtype(value: Value, depth: int = 0) -> str:
    """dtype of the array that NumPy makes of the value."""
    if value.kinds & ARRAY:
        return value.dtype
    if value.kinds == NUMBER:
        return value.dtype if value.dtype in NAMES else _OF_PYTHON.get(value.dtype, "")
    if value.kinds == BOOL:
        return "bool"
    if value.kinds & TENSORLIKE and not value.kinds & ~TENSORLIKE:
        return value.dtype
    if value.kinds != CONTAINER or depth > 3 or value.keys is not None:
        return ""
    parts = value.items if value.items is not None else (value.elem,) if value.elem is not None else ()
    found = {content_dtype(part, depth + 1) for part in parts}
    if not found or "" in found:
        return ""
    return _highest(found)


def promoted(values: tuple[Value, ...]) -> str:
    """dtype of an operation on the values: Python numbers adapt to arrays."""
    arrays = {
        content_dtype(value) for value in values if value.kinds & ~(NUMBER | BOOL) or value.dtype in NAMES
    }
    numbers = {
        content_dtype(value)
        for value in values
        if not value.kinds & ~(NUMBER | BOOL) and value.dtype not in NAMES
    }
    if not arrays:
        return _highest(numbers) if numbers and "" not in numbers else ""
    if "" in arrays:
        return ""
    if "float32" in arrays and "float64" in arrays and any(value.kinds & NUMBER for value in values):
        return ""  # NumPy 1 keeps float32 beside a scalar of float64
    found = _highest(arrays)
    if found in FLOATS or not numbers - {"int64", "bool"}:
        return found if found != "bool" or not numbers else ""
    return "float64" if "" not in numbers else ""


def operated(left: Value, right: Value, operator: str) -> str:
    """dtype of `left operator right`, one of them an array."""
    found = promoted((left, right))
    if operator == "/" and found and found not in FLOATS:
        return "float64"
    return found


def _highest(found: set[str]) -> str:
    """Common dtype of a few; empty for combinations that are not usual."""
    if len(found) == 1:
        return next(iter(found))
    floats, rest = found.intersection(FLOATS), found.difference(FLOATS)
    if floats:
        if rest <= {"bool", "uint8", "int8"}:
            return max(floats)
        return "float64" if rest <= {*_INTEGERS, "bool"} and "float16" not in floats else ""
    if rest <= {"bool", "uint8", "int32", "int64"}:
        return next(name for name in ("int64", "int32", "uint8") if name in rest)
    return ""
