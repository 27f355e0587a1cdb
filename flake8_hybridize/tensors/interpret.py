"""Interprets one body abstractly: statements, control flow, joins and bounded loops.

Flow-sensitive: `env` maps names to values and is None where control cannot be. Branches run on copies and
are joined; a loop body runs at most twice (values only grow in the lattice, and a second round covers what
the first one assigned).
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flake8_hybridize.model.module import Function, Module
from flake8_hybridize.results import Confidence
from flake8_hybridize.tensors.expressions import EVALUATORS
from flake8_hybridize.tensors.facts import Evidence, Facts
from flake8_hybridize.tensors.flow import Env, merge
from flake8_hybridize.tensors.observations import (
    NOWHERE,
    Key,
    Leave,
    Observation,
    Where,
)
from flake8_hybridize.tensors.statements import STATEMENTS
from flake8_hybridize.tensors.values import (
    CALLABLE,
    CLASS,
    NO,
    NONE_VALUE,
    PARTS,
    UNPACKED,
    Value,
    either,
    join,
    replace,
)

if TYPE_CHECKING:
    from flake8_hybridize.tensors.engine import Engine


class Frame:
    """The state of interpreting one body (a function, a lambda, or a module's own statements)."""

    def __init__(
        self, engine: Engine, module: Module, function: Function | None, params: tuple[Value, ...]
    ) -> None:
        self.engine = engine
        self.module = module
        self.function = function
        self.facts = Facts(function, params)
        self.env: Env | None = {}
        self.where: Where = NOWHERE
        self.observations: list[Observation] = self.facts.observations
        self.bindings: Env = self.facts.bindings
        self.stores: Env = self.facts.stores
        self.shared: Env | None = None
        self._outer: dict[str, tuple[Value, str]] = {}
        self.loop_exits: list[tuple[list[Env], list[Env]]] = []
        self.steps = 0
        self.key: Key = None
        if function is not None:
            for param, value in zip(function.params, params):
                self.bind(param.name, value)

    def share_globals(self, values: Env) -> None:
        """Writes every binding through to `values`, so that functions called meanwhile see it."""
        self.shared = values
        for name, item in self.module.top.items():
            if isinstance(item, Function):
                values[name] = Value(CALLABLE, ref=item)
            else:
                values[name] = Value(CLASS, ref=item)

    def run(self) -> Facts:
        """Interprets the whole body."""
        node = self.function.node if self.function is not None else self.module.tree
        if isinstance(node, ast.Lambda):
            self.observe_return(node.body, self.evaluate(node.body))
        else:
            self.block(node.body)
            if self.env is not None:
                self.facts.returns = join(self.facts.returns, NONE_VALUE)
        self.facts.steps = self.steps
        return self.facts

    # ------------------------------------------------------------------ names and values
    def bind(self, name: str, value: Value) -> None:
        """Binds a name of this scope."""
        if self.env is not None:
            self.env[name] = value
        before = self.bindings.get(name)
        joined = self.bindings[name] = value if before is None else join(before, value)
        if self.shared is not None:
            self.shared[name] = joined

    def outer_name(self, name: str) -> tuple[Value, str]:
        """Value of a name that the body does not bind, and where it lives; the same for all of the body of a function."""
        known = self._outer.get(name)
        if known is None:
            known = self.engine.outer_name(self.function, self.module, name)
            if self.function is not None:
                self._outer[name] = known
        return known

    def evaluate(self, node: ast.expr) -> Value:
        """Abstract value of an expression."""
        self.steps += 1
        return EVALUATORS[type(node)](self, node)

    def see(self, observation: Observation) -> None:
        """Records an observation."""
        self.observations.append(observation)

    def note(
        self, value: Value, kind: str, confidence: Confidence, text: str, line: int, fed: bool = False
    ) -> None:
        """Evidence that the parameter `value` comes from is of `kind`; `fed` as in `Evidence`."""
        index = value.param if value.param >= 0 and value.kinds else _single(value.deps)
        if index < 0:
            return
        if index >= PARTS:
            index -= PARTS
            kind = "container" if kind == "tensor" else "unknown"
            text = f"its {'tensors' if fed and value.extra == UNPACKED else 'parts'} are {text}"
        known = self.facts.evidence.get(index)
        if known is None or known.confidence < confidence:
            self.facts.evidence[index] = Evidence(kind, confidence, text, line, fed=fed)

    def within(self, **changes: Any) -> Within:
        """A block of code with a changed `where`."""
        return Within(self, replace(self.where, **changes))

    # ------------------------------------------------------------------ statements
    def enter(self, env: Env) -> None:
        """Control comes to a block of code in this state, and may leave it before its end."""
        self.env = env

    def block(self, body: list[ast.stmt]) -> None:
        """Interprets statements until control leaves."""
        for node in body:
            if self.env is None:
                return
            self.steps += 1
            handler = STATEMENTS.get(type(node))
            if handler is not None:
                handler(self, node)

    def observe_return(self, node: ast.AST, value: Value) -> None:
        """A value is returned here."""
        self.facts.returns = join(self.facts.returns, value)
        self.see(Leave(node, self.where, "return", value))

    def branches(
        self, test: int, then: Callable[[], None], other: Callable[[], None]
    ) -> tuple[Env | None, Env | None]:
        """Runs two alternatives from the same state and joins what they leave; both end states."""
        start = self.env
        assert start is not None
        inner: dict[str, Any] = {
            "tensor_if": either(self.where.tensor_if, test),
            "tensor_if_in_loop": either(self.where.tensor_if_in_loop, test),
        }
        if test == NO:
            inner = {"static_if": True}
        inside = self.within(**inner)
        ends: list[Env | None] = []
        for run in (then, other):
            self.enter(dict(start))
            with inside:
                run()
            ends.append(self.env)
        self.env = merge(ends[0], ends[1])
        return ends[0], ends[1]


class Within:
    """Control flow that holds for a block of code; a class, since a generator costs three times as much."""

    __slots__ = ("frame", "inner", "outer")

    def __init__(self, frame: Frame, inner: Where) -> None:
        self.frame, self.inner, self.outer = frame, inner, frame.where

    def __enter__(self) -> None:
        self.frame.where = self.inner

    def __exit__(self, *_: object) -> None:
        self.frame.where = self.outer


def _single(mask: int) -> int:
    return mask.bit_length() - 1 if mask and mask & (mask - 1) == 0 else -1
