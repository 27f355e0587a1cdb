"""Which TensorFlow function computes what a NumPy or math function computes. Facts only, no logic.

Each row was run against TensorFlow 2.21 and NumPy 2.4 by `tests/fixes/test_equivalents.py`. Left out are
functions whose TensorFlow namesake differs in more than the names of its arguments (`np.dot`,
`np.tile`, `np.any` of numbers, `math.log` with a base).
"""

from __future__ import annotations

from typing import NamedTuple


class Equivalent(NamedTuple):
    """One row.

    `target`: the name below `tensorflow`. `positional`: how many positional arguments mean the
    same in both. `keywords`: the keywords that may stay, `old>new` where the name changes.
    `required`: arguments without which the defaults differ, `name@position`. `added`: an argument
    that TensorFlow needs where the caller left out the one named before `=`.
    """

    target: str
    positional: int = 1
    keywords: str = ""
    required: str = ""
    added: str = ""


_REDUCE = "a>input_tensor axis keepdims"

NUMPY: dict[str, Equivalent] = {
    "abs": Equivalent("abs"),
    "absolute": Equivalent("abs"),
    "add": Equivalent("add", 2),
    "amax": Equivalent("reduce_max", 2, _REDUCE),
    "amin": Equivalent("reduce_min", 2, _REDUCE),
    "arccos": Equivalent("math.acos"),
    "arccosh": Equivalent("math.acosh"),
    "arcsin": Equivalent("math.asin"),
    "arcsinh": Equivalent("math.asinh"),
    "arctan": Equivalent("math.atan"),
    "arctan2": Equivalent("math.atan2", 2),
    "arctanh": Equivalent("math.atanh"),
    "argmax": Equivalent("argmax", 2, "a>input axis", required="axis@1"),
    "argmin": Equivalent("argmin", 2, "a>input axis", required="axis@1"),
    "ceil": Equivalent("math.ceil"),
    "clip": Equivalent(
        "clip_by_value",
        3,
        "a>t a_min>clip_value_min a_max>clip_value_max",
        required="a_min@1 a_max@2",
    ),
    "concat": Equivalent("concat", 2, "axis", added="axis@1=0"),
    "concatenate": Equivalent("concat", 2, "axis", added="axis@1=0"),
    "conj": Equivalent("math.conj"),
    "cos": Equivalent("cos"),
    "cosh": Equivalent("cosh"),
    "cumprod": Equivalent("math.cumprod", 2, "a>x axis", required="axis@1"),
    "cumsum": Equivalent("math.cumsum", 2, "a>x axis", required="axis@1"),
    "divide": Equivalent("divide", 2),
    "einsum": Equivalent("einsum", 9),
    "equal": Equivalent("equal", 2),
    "exp": Equivalent("exp"),
    "expand_dims": Equivalent("expand_dims", 2, "a>input axis"),
    "expm1": Equivalent("math.expm1"),
    "floor": Equivalent("floor"),
    "greater": Equivalent("greater", 2),
    "greater_equal": Equivalent("greater_equal", 2),
    "isfinite": Equivalent("math.is_finite"),
    "isinf": Equivalent("math.is_inf"),
    "isnan": Equivalent("math.is_nan"),
    "less": Equivalent("less", 2),
    "less_equal": Equivalent("less_equal", 2),
    "linalg.cholesky": Equivalent("linalg.cholesky"),
    "linalg.det": Equivalent("linalg.det"),
    "linalg.inv": Equivalent("linalg.inv"),
    "linalg.norm": Equivalent("norm", 1, "x>tensor axis keepdims"),
    "linalg.solve": Equivalent("linalg.solve", 2),
    "log": Equivalent("math.log"),
    "log1p": Equivalent("math.log1p"),
    "logical_and": Equivalent("logical_and", 2),
    "logical_not": Equivalent("logical_not"),
    "logical_or": Equivalent("logical_or", 2),
    "logical_xor": Equivalent("math.logical_xor", 2),
    "matmul": Equivalent("matmul", 2),
    "max": Equivalent("reduce_max", 2, _REDUCE),
    "maximum": Equivalent("maximum", 2),
    "mean": Equivalent("reduce_mean", 2, _REDUCE),
    "min": Equivalent("reduce_min", 2, _REDUCE),
    "minimum": Equivalent("minimum", 2),
    "mod": Equivalent("math.floormod", 2),
    "multiply": Equivalent("multiply", 2),
    "negative": Equivalent("negative"),
    "not_equal": Equivalent("not_equal", 2),
    "ones_like": Equivalent("ones_like", 1, "a>input"),
    "power": Equivalent("pow", 2),
    "prod": Equivalent("reduce_prod", 2, _REDUCE),
    "real": Equivalent("math.real"),
    "reciprocal": Equivalent("math.reciprocal"),
    "repeat": Equivalent("repeat", 3, "a>input repeats axis"),
    "reshape": Equivalent("reshape", 2, "a>tensor shape newshape>shape"),
    "rint": Equivalent("math.rint"),
    "roll": Equivalent("roll", 3, "a>input shift axis", required="axis@2"),
    "round": Equivalent("round"),
    "sign": Equivalent("sign"),
    "sin": Equivalent("sin"),
    "sinh": Equivalent("sinh"),
    "sqrt": Equivalent("sqrt"),
    "square": Equivalent("square"),
    "squeeze": Equivalent("squeeze", 2, "a>input axis"),
    "stack": Equivalent("stack", 2, "arrays>values axis"),
    "std": Equivalent("math.reduce_std", 2, _REDUCE),
    "subtract": Equivalent("subtract", 2),
    "sum": Equivalent("reduce_sum", 2, _REDUCE),
    "tan": Equivalent("tan"),
    "tanh": Equivalent("tanh"),
    "transpose": Equivalent("transpose", 2, "axes>perm"),
    "true_divide": Equivalent("divide", 2),
    "var": Equivalent("math.reduce_variance", 2, _REDUCE),
    "where": Equivalent("where", 3, required="x@1 y@2"),
    "zeros_like": Equivalent("zeros_like", 1, "a>input"),
}

MATH: dict[str, Equivalent] = {
    "acos": Equivalent("math.acos"),
    "acosh": Equivalent("math.acosh"),
    "asin": Equivalent("math.asin"),
    "asinh": Equivalent("math.asinh"),
    "atan": Equivalent("math.atan"),
    "atan2": Equivalent("math.atan2", 2),
    "atanh": Equivalent("math.atanh"),
    "cos": Equivalent("cos"),
    "cosh": Equivalent("cosh"),
    "erf": Equivalent("math.erf"),
    "erfc": Equivalent("math.erfc"),
    "exp": Equivalent("exp"),
    "expm1": Equivalent("math.expm1"),
    "fabs": Equivalent("abs"),
    "isfinite": Equivalent("math.is_finite"),
    "isinf": Equivalent("math.is_inf"),
    "isnan": Equivalent("math.is_nan"),
    "lgamma": Equivalent("math.lgamma"),
    "log": Equivalent("math.log"),
    "log1p": Equivalent("math.log1p"),
    "pow": Equivalent("pow", 2),
    "sin": Equivalent("sin"),
    "sinh": Equivalent("sinh"),
    "sqrt": Equivalent("sqrt"),
    "tan": Equivalent("tan"),
    "tanh": Equivalent("tanh"),
}

CASTS = frozenset({"float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "complex64"})
"""Scalar types of NumPy that, called on a tensor, become `tf.cast(x, tf.<type>)`."""

ARRAY_METHODS: dict[str, Equivalent] = {
    "max": Equivalent("reduce_max", 1, "axis keepdims"),
    "mean": Equivalent("reduce_mean", 1, "axis keepdims"),
    "min": Equivalent("reduce_min", 1, "axis keepdims"),
    "prod": Equivalent("reduce_prod", 1, "axis keepdims"),
    "std": Equivalent("math.reduce_std", 1, "axis keepdims"),
    "sum": Equivalent("reduce_sum", 1, "axis keepdims"),
    "var": Equivalent("math.reduce_variance", 1, "axis keepdims"),
    "argmax": Equivalent("argmax", 1, "axis", required="axis@0"),
    "argmin": Equivalent("argmin", 1, "axis", required="axis@0"),
    "astype": Equivalent("cast", 1, "dtype", required="dtype@0"),
    "squeeze": Equivalent("squeeze", 1, "axis"),
}
"""Methods of an array that a tensor lacks; `positional` does not count the receiver."""
