"""NumPy functions, math functions and array methods to what TensorFlow has for them (HYB213, HYB219)."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_hybridize.fixes.edits import make_fix
from flake8_hybridize.fixes.equivalents import ARRAY_METHODS, CASTS, MATH, NUMPY, Equivalent
from flake8_hybridize.fixes.imports import tensorflow_reference
from flake8_hybridize.fixes.keywords import appended
from flake8_hybridize.fixes.syntax import span, trusted_span
from flake8_hybridize.results import Applicability, Edit, Fix
from flake8_hybridize.source.text import Source

_REASON = (
    "the result is a tensor with TensorFlow's dtype: Python floats and ints follow the tensor, not float64"
)


def tensorflow_equivalent(source: Source, call: ast.Call, name: str) -> Fix | None:
    """Call the TensorFlow function instead of `name`, which is `numpy.…` or `math.…` in full.

    None where the arguments are not certain to mean the same (`out`, `dtype`, `where`, `*args`).
    """
    package, _, function = name.partition(".")
    if package == "numpy" and function in CASTS:
        return _cast(source, call, function)
    row = (MATH if package == "math" else NUMPY).get(function) if package in {"math", "numpy"} else None
    if row is None or not _same_arguments(call, row) or trusted_span(source, call) is None:
        return None
    reference = tensorflow_reference(source, call)
    missing = _added(source, call, row)
    if reference is None or missing is None:
        return None
    target = f"{reference.text}.{row.target}"
    edits = [*reference.edits, Edit(*span(source, call.func), target), *_renamed(source, call, row), *missing]
    description = f"Replace `{ast.unparse(call.func)}` by `{target}`"
    return make_fix(source, edits, Applicability.UNSAFE, description, _REASON)


def _same_arguments(call: ast.Call, row: Equivalent) -> bool:
    allowed = {word.partition(">")[0] for word in row.keywords.split()}
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    return (
        len(call.args) <= row.positional
        and all(keyword.arg in allowed for keyword in call.keywords)
        and all(_given(call, required) for required in row.required.split())
        and not any(isinstance(node, ast.Starred) or _is_none(node) for node in given)
    )


def _given(call: ast.Call, parameter: str) -> bool:
    name, _, position = parameter.partition("@")
    return len(call.args) > int(position) or any(keyword.arg == name for keyword in call.keywords)


def _is_none(node: ast.expr) -> bool:
    """NumPy reads `axis=None` as *flatten* and `a_min=None` as *no limit*; TensorFlow does not."""
    return isinstance(node, ast.Constant) and node.value is None


def _renamed(source: Source, call: ast.Call, row: Equivalent) -> Iterator[Edit]:
    names = dict(word.split(">") for word in row.keywords.split() if ">" in word)
    for keyword in call.keywords:
        if keyword.arg in names:
            start = span(source, keyword)[0]
            yield Edit(start, start + len(keyword.arg), names[keyword.arg])


def _added(source: Source, call: ast.Call, row: Equivalent) -> list[Edit] | None:
    parameter, _, value = row.added.partition("=")
    if not parameter or _given(call, parameter):
        return []
    edit = appended(source, call, f"{parameter.partition('@')[0]}={value}")
    return None if edit is None else [edit]


def _cast(source: Source, call: ast.Call, dtype: str) -> Fix | None:
    reference = tensorflow_reference(source, call)
    if reference is None or len(call.args) != 1 or call.keywords or isinstance(call.args[0], ast.Starred):
        return None
    added = appended(source, call, f"{reference.text}.{dtype}")
    if added is None or trusted_span(source, call) is None:
        return None
    name = f"{reference.text}.cast"
    edits = [*reference.edits, Edit(*span(source, call.func), name), added]
    description = f"Replace `{ast.unparse(call.func)}` by `{name}`"
    return make_fix(source, edits, Applicability.UNSAFE, description, _REASON)


def array_method_to_function(source: Source, call: ast.Call) -> Fix | None:
    """Call `tf.reduce_mean(x)` instead of `x.mean()`, `tf.cast(x, t)` instead of `x.astype(t)` (HYB213)."""
    func = call.func
    if not isinstance(func, ast.Attribute) or func.attr not in ARRAY_METHODS:
        return None
    row = ARRAY_METHODS[func.attr]
    reference = tensorflow_reference(source, call)
    if reference is None or not _same_arguments(call, row) or trusted_span(source, call) is None:
        return None
    if func.attr == "astype" and any(_is_python_type(node) for node in ast.walk(call)):
        return None
    start, end = span(source, func)
    dot = source.text.rindex(".", start, end)
    opened = source.text.index("(", end) + 1
    target = f"{reference.text}.{row.target}"
    between = ("," if source.text[opened].isspace() else ", ") if call.args or call.keywords else ""
    edits = [*reference.edits, Edit(start, start, f"{target}("), Edit(dot, opened, between)]
    return make_fix(source, edits, Applicability.UNSAFE, f"Replace `.{func.attr}` by `{target}`", _REASON)


def _is_python_type(node: ast.AST) -> bool:
    """NumPy reads `float` as float64, TensorFlow as float32."""
    return isinstance(node, ast.Name) and node.id in {"float", "int", "complex"}
