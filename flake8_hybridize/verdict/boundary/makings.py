"""The ways in which a function becomes hybrid, and the calls that go through the graph."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from flake8_hybridize.model.module import Function, Module
from flake8_hybridize.results import Confidence
from flake8_hybridize.tensors.decorators import keywords
from flake8_hybridize.tensors.observations import Call
from flake8_hybridize.tensors.refs import Hybrid
from flake8_hybridize.verdict.boundary.base import Border
from flake8_hybridize.verdict.callers import Site
from flake8_hybridize.verdict.messages import line_in
from flake8_hybridize.verdict.parameters import TENSOR_KINDS, classify


@dataclass(frozen=True, slots=True)
class Making:
    """A decorator, or a call `tf.function(f, …)` (then `call` is set), with its arguments as written.

    `wrapper` names the project's or a package's own decorator around `tf.function`, whose arguments are its own.
    """

    node: ast.expr
    arguments: tuple[tuple[str, ast.expr], ...]
    wrapper: str = ""
    call: Call | None = None

    def argument(self, *names: str) -> ast.expr | None:
        """The expression given for one of these arguments."""
        return next((value for name, value in self.arguments if name in names), None)

    def is_true(self, *names: str) -> bool:
        """Whether one of these arguments is a literal True."""
        value = self.argument(*names)
        return isinstance(value, ast.Constant) and value.value is True


def makings(known: Border, function: Function) -> list[Making]:
    """Every decorator and `tf.function(...)` that makes the function hybrid."""
    found = []
    decoration = known.program.decoration(function)
    if decoration is not None:
        found.append(Making(decoration.node, decoration.arguments, decoration.wrapper))
    for call in known.program.wrapped(function.module).get(function, ()):
        found.append(
            Making(
                call.node, _arguments(call), "" if call.target == "tensorflow.function" else call.target, call
            )
        )
    return found


def _arguments(call: Call) -> tuple[tuple[str, ast.expr], ...]:
    outer = call.callee.ref.arguments if isinstance(call.callee.ref, Hybrid) else ()
    positional = tuple(zip(("input_signature", "autograph", "jit_compile"), call.node.args[1:]))
    return (*outer, *positional, *keywords(call.node))


def place(known: Border, function: Function) -> ast.AST:
    """Where a finding about the function's decorator sits; the `def` of an eager function."""
    found = makings(known, function)
    return found[0].node if found else function.node


def takes_signature(known: Border, function: Function) -> bool:
    """Whether a signature decides about the arguments, so that Python values and shapes make no traces."""
    return any(making.argument("input_signature") is not None for making in makings(known, function))


def eager_calls(known: Border, function: Function) -> Iterator[Site]:
    """Calls from eager code that run the graph, or would run it if the function were decorated."""
    program = known.program
    wrapped_only = program.decoration(function) is None and program.is_hybrid(function)
    for site in known.callers.calls(function):
        if wrapped_only and not isinstance(site.call.callee.ref, Hybrid):
            continue
        if not is_traced(known, site.caller):
            yield site


def at(site: Site, function: Function) -> str:
    """Where the call is, in words: its line, with its file if that is another one than the function's."""
    return line_in(site.module, site.call.node, function.module)


def is_traced(known: Border, function: Function | None) -> bool:
    """Whether the body of the function runs while tracing (None: a module's own statements)."""
    if function is None:
        return False
    return known.program.is_hybrid(function) or known.coverage.traced_by(function) is not None


def surely_traced(known: Border, function: Function | None, depth: int = 4) -> bool:
    """Whether nothing that is visible runs the body eagerly: a callback of `tf.cond` is as eager as its caller."""
    if function is None or depth == 0:
        return False
    if known.program.is_hybrid(function) or known.coverage.always_traced(function):
        return True
    if function.parent is not None and surely_traced(known, function.parent, depth - 1):
        return True
    return known.once(("traced above", function, depth), lambda: _by_traced_callers(known, function, depth))


def _by_traced_callers(known: Border, function: Function, depth: int) -> bool:
    callers = [site.caller for site in known.callers.calls(function)]
    callers += [handed.caller for handed in known.callers.hand_overs(function)]
    return bool(callers) and all(surely_traced(known, caller, depth - 1) for caller in callers)


def repeated(known: Border, site: Site, rounds: int, depth: int = 3) -> bool:
    """Whether the call is in a loop of at least `rounds` rounds, comprehensions included, or in a function that is."""
    where = site.call.where
    if where.guarded:
        return False
    if where.loops > 0 and (where.trips == 0 or where.trips >= rounds):
        return True
    caller = site.caller
    if caller is None or depth == 0:
        return False
    return known.once(
        ("repeated", caller, rounds, depth),
        lambda: any(
            above.caller is not caller and repeated(known, above, rounds, depth - 1)
            for above in known.callers.calls(caller)
        ),
    )


def takes_tensors(known: Border, function: Function) -> bool:
    """Whether the function is handed tensors: it is then no program that runs once, but called with one batch after another."""
    given = classify(known.program, known.callers, function)
    return any(p.kind in TENSOR_KINDS and p.confidence >= Confidence.LIKELY for p in given)


def enclosing(module: Module, node: ast.AST) -> Function | None:
    """The innermost function of the module that the node is written in."""
    line = node.lineno  # type: ignore[attr-defined]
    best: Function | None = None
    for function in module.functions:
        inside = function.line <= line <= (function.node.end_lineno or 0)
        if inside and not function.is_lambda and (best is None or function.line >= best.line):
            best = function
    return best
