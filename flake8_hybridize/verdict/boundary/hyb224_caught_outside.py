"""HYB224: a caller catches an exception that leaves the graph as another class."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator

from flake8_hybridize.hazards.base import OWN, Signal
from flake8_hybridize.hazards.hyb224_exceptions import RULE
from flake8_hybridize.model.module import Class, Function
from flake8_hybridize.results import Confidence
from flake8_hybridize.tensors.engine import Engine
from flake8_hybridize.tensors.observations import Call, Leave
from flake8_hybridize.tensors.statements import exception_name
from flake8_hybridize.tensors.values import DATASET, ITERATOR, NO
from flake8_hybridize.verdict.boundary.base import Border, border
from flake8_hybridize.verdict.boundary.makings import eager_calls
from flake8_hybridize.verdict.callers import Site

# Classes that AutoGraph raises anew as themselves (autograph/impl/api.py, _ErrorMetadata); all others become StagingError.
KEPT = frozenset(
    f"builtins.{name}"
    for name in (
        "AssertionError", "AttributeError", "KeyError", "NameError", "NotImplementedError", "RuntimeError", "StopIteration",
        "TypeError", "UnboundLocalError", "ValueError",
    )
)  # fmt: skip
# What eager operations raise for arguments that do not fit: tracing finds the same and raises ValueError or TypeError.
_OF_ARGUMENTS = frozenset(
    f"tensorflow.errors.{name}" for name in ("InvalidArgumentError", "UnimplementedError", "OpError")
)
_EVERYTHING = frozenset(("builtins.Exception", "builtins.BaseException"))


@border
def caught_outside(known: Border, function: Function) -> Iterator[Signal]:
    """The end of an iterator, and exceptions that AutoGraph cannot raise anew."""
    sites = [site for site in eager_calls(known, function) if _catching(site)]
    if not sites:
        return
    if any(_of_arguments(site) for site in sites):
        what = "may raise ValueError while tracing where its caller waits for an error of TensorFlow"
        yield Signal(
            RULE, "EXC_TYPE", function.node, what, "catch both", "except tf.errors", confidence=Confidence.GUESS, param=OWN
        )  # fmt: skip
    for seen in known.program.body(function).facts.observations:
        if isinstance(seen, Call) and seen.target == "builtins.next" and len(seen.args) == 1:
            if any(_ends_otherwise(seen, site) for site in sites):
                yield _signal(
                    seen.node,
                    "ends with OutOfRangeError, which its caller does not catch",
                    "also catch it",
                    "next()",
                )
        elif isinstance(seen, Leave) and seen.how == "raise" and isinstance(seen.node, ast.Raise):
            found = _lost(known.program.engine, function, seen, sites)
            if found:
                name = found.rpartition(".")[2]
                what = f"raises {name}, which leaves the graph as StagingError: its caller does not catch it"
                yield _signal(seen.node, what, "raise ValueError or the like", f"raise {name}")


def _signal(node: ast.AST, what: str, advice: str, short: str) -> Signal:
    return Signal(RULE, "EXC_TYPE", node, what, advice, short, param=OWN)


def _catching(site: Site) -> bool:
    handlers = site.call.where.handlers
    return bool(handlers) and _EVERYTHING.isdisjoint(handlers) and "?" not in handlers


def _of_arguments(site: Site) -> bool:
    handlers = set(site.call.where.handlers)
    return bool(handlers & _OF_ARGUMENTS) and not {"builtins.ValueError", "builtins.TypeError"} <= handlers


def _ends_otherwise(call: Call, site: Site) -> bool:
    """Whether the caller waits for StopIteration alone of an iterator of tf.data."""
    handlers = site.call.where.handlers
    if "builtins.StopIteration" not in handlers or any(
        name.startswith("tensorflow.errors.") for name in handlers
    ):
        return False
    if call.where.handlers:
        return False
    value = call.args[0]
    given = site.bound.get(value.param) if value.param >= 0 else value
    return given is not None and bool(given.kinds & (ITERATOR | DATASET))


def _lost(engine: Engine, function: Function, leave: Leave, sites: list[Site]) -> str:
    """Name of the raised class if a caller catches it but not what becomes of it."""
    if leave.where.tensor_if != NO or "except" in leave.where.context:
        return ""
    node = leave.node.exc  # type: ignore[attr-defined]
    if node is None:
        return ""
    value = engine.scope_value(function.module, function, node.func if isinstance(node, ast.Call) else node)
    line = _line_of_descent(engine, value.ref)
    if not line or _is_kept(engine, value.ref, line) or not set(line).isdisjoint(leave.where.handlers):
        return ""
    caught = any(not set(line).isdisjoint(site.call.where.handlers) for site in sites)
    return exception_name(value) if caught else ""


def _line_of_descent(engine: Engine, ref: object) -> list[str]:
    """Dotted names of an exception class and its bases; empty if it is not known whole."""
    found: list[str] = []
    for cls in engine.mro(ref) if isinstance(ref, Class) else [ref]:
        if isinstance(cls, Class):
            found.append(f"{cls.module.name}.{cls.qualname}")
            continue
        name = cls.removeprefix("builtins.") if isinstance(cls, str) and cls.startswith("builtins.") else ""
        python = getattr(builtins, name, None)
        if not isinstance(python, type) or not issubclass(python, BaseException):
            return []
        found += [f"builtins.{base.__name__}" for base in python.__mro__[:-1]]
    return [name for name in found if name not in _EVERYTHING]


def _is_kept(engine: Engine, ref: object, line: list[str]) -> bool:
    if isinstance(ref, Class):
        outside = {base for base in engine.mro(ref) if not isinstance(base, Class)}
        return outside <= {"builtins.Exception"} and engine.find_method(ref, "__init__") is None
    return bool(line) and line[0] in KEPT
