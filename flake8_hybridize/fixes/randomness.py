"""Python and NumPy random numbers to `tf.random` (HYB208)."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import NamedTuple

from flake8_hybridize.fixes.edits import make_fix
from flake8_hybridize.fixes.imports import tensorflow_reference
from flake8_hybridize.fixes.syntax import segment, trusted_span
from flake8_hybridize.results import Applicability, Edit, Fix
from flake8_hybridize.source.text import Source

_REASON = (
    "other random numbers (another generator, seeded by tf.random.set_seed), and float32 instead of float64"
)


class Draw(NamedTuple):
    """How one random function maps: the target below `tf.random`, its parameters in positional
    order with `=default` where they have one, and whether its positional arguments are the shape.
    """

    target: str
    parameters: tuple[str, ...] = ()
    dimensions: bool = False


DRAWS: dict[str, Draw] = {
    "random.random": Draw("uniform"),
    "random.uniform": Draw("uniform", ("a", "b")),
    "random.gauss": Draw("normal", ("mu=0.0", "sigma=1.0")),
    "random.normalvariate": Draw("normal", ("mu=0.0", "sigma=1.0")),
    "numpy.random.rand": Draw("uniform", dimensions=True),
    "numpy.random.randn": Draw("normal", dimensions=True),
    "numpy.random.random": Draw("uniform", ("size=",)),
    "numpy.random.random_sample": Draw("uniform", ("size=",)),
    "numpy.random.uniform": Draw("uniform", ("low=0.0", "high=1.0", "size=")),
    "numpy.random.normal": Draw("normal", ("loc=0.0", "scale=1.0", "size=")),
    "numpy.random.standard_normal": Draw("normal", ("size=",)),
}


def random_to_tf(source: Source, call: ast.Call, name: str) -> Fix | None:
    """Draw from `tf.random` instead of `name` (`random.…` or `numpy.random.…` in full).

    None for other functions, and where the arguments or the shape are not written out.
    """
    draw = DRAWS.get(name)
    reference = tensorflow_reference(source, call)
    place = trusted_span(source, call)
    if draw is None or reference is None or place is None:
        return None
    arguments = _dimensions(source, call) if draw.dimensions else _distribution(source, call, draw.parameters)
    if arguments is None:
        return None
    target = f"{reference.text}.random.{draw.target}"
    text = f"{target}({', '.join([*arguments, f'dtype={reference.text}.float32'])})"
    description = f"Replace `{ast.unparse(call.func)}` by `{target}`"
    return make_fix(
        source, [*reference.edits, Edit(*place, text)], Applicability.UNSAFE, description, _REASON
    )


def _dimensions(source: Source, call: ast.Call) -> list[str] | None:
    if call.keywords:
        return None
    if len(call.args) == 1 and isinstance(call.args[0], ast.Starred):
        return [segment(source, call.args[0].value)]
    if any(isinstance(argument, ast.Starred) for argument in call.args):
        return None
    return [f"[{', '.join(segment(source, argument) for argument in call.args)}]"]


def _distribution(source: Source, call: ast.Call, parameters: Sequence[str]) -> list[str] | None:
    names = [parameter.partition("=")[0] for parameter in parameters]
    given: dict[str, ast.expr] = dict(zip(names, call.args, strict=False))
    given |= {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg in names}
    if len(given) != len(call.args) + len(call.keywords) or any(
        isinstance(a, ast.Starred) for a in call.args
    ):
        return None
    shape = _shape(source, given.pop("size", None))
    if shape is None:
        return None
    rest = [parameter for parameter in parameters if parameter != "size="]
    if not given and all("=" in parameter for parameter in rest):
        return [shape]
    values = [
        segment(source, given[name]) if name in given else default
        for name, _, default in (parameter.partition("=") for parameter in rest)
    ]
    return [shape, *values] if all(values) else None


def _shape(source: Source, size: ast.expr | None) -> str | None:
    """The text of a shape; None for what could be a number as well as a tuple."""
    if size is None or (isinstance(size, ast.Constant) and size.value is None):
        return "[]"
    text = segment(source, size)
    if isinstance(size, ast.Constant) and isinstance(size.value, int):
        return f"[{text}]"
    if isinstance(size, ast.Tuple):
        return text if text.startswith("(") else None
    if isinstance(size, ast.List) or (isinstance(size, ast.Attribute) and size.attr == "shape"):
        return text
    return None
