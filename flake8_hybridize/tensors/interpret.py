"""Interprets one body abstractly: statements, control flow, joins and bounded loops.

Flow-sensitive: `env` maps names to values and is None where control cannot be. Branches run on copies and
are joined; a loop body runs at most twice (values only grow in the lattice, and a second round covers what
the first one assigned).
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Iterator

from flake8_hybridize.model.module import Function, Module
from flake8_hybridize.results import Confidence
from flake8_hybridize.tensors import narrowing
from flake8_hybridize.tensors.assumptions import assumptions
from flake8_hybridize.tensors.expressions import EVALUATORS
from flake8_hybridize.tensors.contexts import entered
from flake8_hybridize.tensors.decorators import decorated
from flake8_hybridize.tensors.facts import Evidence, Facts
from flake8_hybridize.tensors.iteration import element_of_iteration, round_count, staging
from flake8_hybridize.tensors.observations import (
    NOWHERE,
    Augmented,
    Branch,
    Catch,
    Define,
    Leave,
    Loop,
    Observation,
    Statement,
    Syntax,
    Where,
)
from flake8_hybridize.tensors.operators import binary
from flake8_hybridize.tensors.targets import assign, delete
from flake8_hybridize.tensors.values import (
    BOOL,
    CALLABLE,
    CLASS,
    EAGER_NUMBER,
    IMPORT,
    NO,
    NONE_VALUE,
    NUMBER,
    PARTS,
    TENSOR,
    UNKNOWN,
    UNKNOWN_VALUE,
    YES,
    Value,
    either,
    join,
    tensorness,
)

if TYPE_CHECKING:
    from flake8_hybridize.tensors.engine import Engine

Env = dict[str, Value]
MAX_REPEATED_LOOPS = 3


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
        self.loop_exits: list[tuple[list[Env], list[Env]]] = []
        self.steps = 0
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

    def evaluate(self, node: ast.expr) -> Value:
        """Abstract value of an expression."""
        self.steps += 1
        return EVALUATORS[type(node)](self, node)

    def see(self, observation: Observation) -> None:
        """Records an observation."""
        self.observations.append(observation)

    def note(self, value: Value, kind: str, confidence: Confidence, text: str, line: int) -> None:
        """Evidence that the parameter `value` comes from is of `kind`."""
        index = value.param if value.param >= 0 and value.kinds else _single(value.deps)
        if index < 0:
            return
        if index >= PARTS:
            index -= PARTS
            kind = "container" if kind == "tensor" else "unknown"
            text = f"its parts are {text}"
        known = self.facts.evidence.get(index)
        if known is None or known.confidence < confidence:
            self.facts.evidence[index] = Evidence(kind, confidence, text, line)

    @contextmanager
    def within(self, **changes: Any) -> Iterator[None]:
        """Runs a block of code with a changed `where`."""
        outer, self.where = self.where, self.where._replace(**changes)
        try:
            yield
        finally:
            self.where = outer

    # ------------------------------------------------------------------ statements
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
        ends: list[Env | None] = []
        for run in (then, other):
            self.env = dict(start)
            with self.within(**inner):
                run()
            ends.append(self.env)
        self.env = merge(ends[0], ends[1])
        return ends[0], ends[1]


def merge(left: Env | None, right: Env | None) -> Env | None:
    """Joins two states; a name bound on one side only may still be unbound."""
    if left is None or left is right:
        return right
    if right is None:
        return left
    merged = dict(left)
    for name, value in right.items():
        known = merged.get(name)
        if known is None:
            merged[name] = value
        elif known is not value:
            merged[name] = join(known, value)
    return merged


def _single(mask: int) -> int:
    return mask.bit_length() - 1 if mask and mask & (mask - 1) == 0 else -1


# ---------------------------------------------------------------------- one handler per statement
def _expr(frame: Frame, node: ast.Expr) -> None:
    if isinstance(node.value, ast.Constant):
        return
    value = frame.evaluate(node.value)
    frame.see(Statement(node, frame.where, value))


def _assign(frame: Frame, node: ast.Assign) -> None:
    value = frame.evaluate(node.value)
    for target in node.targets:
        assign(frame, target, value, node.value)


def _ann_assign(frame: Frame, node: ast.AnnAssign) -> None:
    if node.value is not None:
        assign(frame, node.target, frame.evaluate(node.value), node.value)


def _aug_assign(frame: Frame, node: ast.AugAssign) -> None:
    right = frame.evaluate(node.value)
    load = _as_load(node.target)
    before = frame.evaluate(load)


    value = binary(frame, node, before, right, node.op)
    if isinstance(node.target, ast.Name):
        frame.see(Augmented(node, frame.where, node.target.id, before, right))
    assign(frame, node.target, value, node.value, augmented=True, before=before)


def _as_load(node: ast.expr) -> ast.expr:
    if isinstance(node, ast.Name):
        return ast.copy_location(ast.Name(node.id, ast.Load()), node)
    if isinstance(node, ast.Attribute):
        return ast.copy_location(ast.Attribute(node.value, node.attr, ast.Load()), node)
    assert isinstance(node, ast.Subscript)
    return ast.copy_location(ast.Subscript(node.value, node.slice, ast.Load()), node)


def _return(frame: Frame, node: ast.Return) -> None:
    value = frame.evaluate(node.value) if node.value is not None else NONE_VALUE
    frame.observe_return(node, value)
    frame.env = None


def _raise(frame: Frame, node: ast.Raise) -> None:
    value = frame.evaluate(node.exc) if node.exc is not None else UNKNOWN_VALUE
    frame.see(Leave(node, frame.where, "raise", value))
    frame.env = None


def _break(frame: Frame, node: ast.Break) -> None:
    frame.see(Leave(node, frame.where, "break", NONE_VALUE))
    if frame.loop_exits and frame.env is not None:
        frame.loop_exits[-1][0].append(frame.env)
    frame.env = None


def _continue(frame: Frame, node: ast.Continue) -> None:
    if frame.loop_exits and frame.env is not None:
        frame.loop_exits[-1][1].append(frame.env)
    frame.env = None


def _if(frame: Frame, node: ast.If) -> None:
    value = frame.evaluate(node.test)
    test = narrowing.test(frame, node.test, value, "if")
    truth = narrowing.known_truth(node.test)
    if truth is not None:
        frame.block(node.body if truth else node.orelse)
        return
    before = dict(frame.env or {})
    guard = narrowing.guard(frame, node.test)
    granted = assumptions(frame, node.test, True), assumptions(frame, node.test, False)

    def then() -> None:
        narrowing.assume(frame, node.test, True)
        with frame.within(guarded=frame.where.guarded or guard, assumed=frame.where.assumed + granted[0]):
            frame.block(node.body)

    def other() -> None:
        narrowing.assume(frame, node.test, False)
        with frame.within(assumed=frame.where.assumed + granted[1]):
            frame.block(node.orelse)

    ends = frame.branches(test, then, other)
    if test != NO:
        frame.see(Branch(node, frame.where, test, before, *ends))


def _loop(frame: Frame, node: ast.For | ast.AsyncFor | ast.While, value: Value, staged: int, trips: int, head: Callable[[], None]) -> None:
    before = frame.env
    assert before is not None
    inside = frame.where._replace(
        tensor_loop=either(frame.where.tensor_loop, staged),
        tensor_if_in_loop=NO,
        loops=frame.where.loops + 1,
        trips=frame.where.trips * trips,
        staged=staged,
    )
    outer, frame.where = frame.where, inside
    mark, state, breaks = len(frame.observations), dict(before), []
    end: Env | None = None
    rounds = 2 if inside.loops <= MAX_REPEATED_LOOPS else 1
    for _ in range(rounds):
        del frame.observations[mark:]
        frame.env = dict(state)
        frame.loop_exits.append(([], []))
        head()
        frame.block(node.body)
        breaks, continues = frame.loop_exits.pop()
        end = frame.env
        for env in continues:
            end = merge(end, env)
        again = merge(dict(state), end)
        assert again is not None
        if staged != NO and end is not None:
            _carry(again, before, end, staged)
        if all(state.get(name) is item or _same(state.get(name), item) for name, item in again.items()):
            break
        state = again
    frame.where = outer
    frame.env = state if not _endless(node) else None
    if node.orelse and frame.env is not None:
        frame.see(Syntax(node, frame.where, "loop-else"))
        frame.block(node.orelse)
    for env in breaks:
        frame.env = merge(frame.env, env)
    after = frame.env if frame.env is not None else state
    frame.see(Loop(node, frame.where, staged, value, before, after, end or {}))


def _carry(state: Env, before: Env, end: Env, staged: int) -> None:
    """Python numbers that a graph loop changes are tensors in it and after it."""
    for name, value in before.items():
        changed = end.get(name)
        if changed is None or changed is value or not value.kinds or value.kinds & ~(NUMBER | BOOL):
            continue
        dtype = "bool" if value.kinds == BOOL else {"int": "int32", "float": "float32"}.get(value.dtype, value.dtype)
        if staged == YES:
            state[name] = Value(TENSOR, dtype=dtype, extra=EAGER_NUMBER)
        elif staged > 0:
            state[name] = Value(value.kinds | UNKNOWN, deps=staged, dtype=dtype, extra=EAGER_NUMBER)


def _same(left: Value | None, right: Value) -> bool:
    return left is not None and (left.kinds, left.deps, left.ref, left.dtype) == (
        right.kinds,
        right.deps,
        right.ref,
        right.dtype,
    )


def _endless(node: ast.AST) -> bool:
    return isinstance(node, ast.While) and isinstance(node.test, ast.Constant) and bool(node.test.value)


def _for(frame: Frame, node: ast.For | ast.AsyncFor) -> None:
    value = frame.evaluate(node.iter)
    staged = staging(value)
    item = element_of_iteration(value)
    _loop(frame, node, value, staged, round_count(value), lambda: assign(frame, node.target, item, node.iter, unpacked=True))


def _while(frame: Frame, node: ast.While) -> None:
    value = frame.evaluate(node.test)
    staged = narrowing.test(frame, node.test, value, "while")

    def head() -> None:
        frame.evaluate(node.test)
        narrowing.assume(frame, node.test, True)

    _loop(frame, node, value, staged, 0, head)


def _try(frame: Frame, node: ast.Try) -> None:
    names = tuple(name for handler in node.handlers for name in _caught(frame, handler.type))
    start = dict(frame.env or {})
    with frame.within(handlers=(*frame.where.handlers, *names)):
        frame.block(node.body)
    if names:
        frame.see(Catch(node, frame.where, names))
    middle = merge(start, frame.env)
    if frame.env is not None:
        frame.block(node.orelse)
    end = frame.env
    for handler in node.handlers:
        frame.env = dict(middle or {})
        if handler.name:
            frame.bind(handler.name, UNKNOWN_VALUE)
        with frame.within(context=(*frame.where.context, "except")):
            frame.block(handler.body)
        end = merge(end, frame.env)
    frame.env = end
    if node.finalbody:
        alive = frame.env is not None
        if not alive:
            frame.env = dict(middle or {})
        frame.block(node.finalbody)
        if not alive:
            frame.env = None


def _caught(frame: Frame, node: ast.expr | None) -> list[str]:
    if node is None:
        return ["builtins.BaseException"]
    parts = node.elts if isinstance(node, ast.Tuple) else [node]
    values = [frame.engine.scope_value(frame.module, frame.function, part) for part in parts]
    return [value.ref if isinstance(value.ref, str) else "?" for value in values]


def _with(frame: Frame, node: ast.With | ast.AsyncWith) -> None:


    outer = frame.where
    for item in node.items:
        value = frame.evaluate(item.context_expr)
        bound, frame.where = entered(frame, value)
        if item.optional_vars is not None:
            assign(frame, item.optional_vars, bound, item.context_expr)
    frame.block(node.body)
    frame.where = outer


def _function(frame: Frame, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:


    function = frame.module.by_node.get(node)
    if not isinstance(function, Function):
        return
    value = decorated(frame, function)
    if frame.function is not None:
        frame.see(Define(node, frame.where, value))
    frame.bind(node.name, value)


def _class(frame: Frame, node: ast.ClassDef) -> None:
    cls = frame.module.by_node.get(node)
    if cls is not None:
        frame.bind(node.name, Value(CLASS, ref=cls))


def _import(frame: Frame, node: ast.Import) -> None:
    for alias in node.names:
        if alias.asname:
            frame.bind(alias.asname, frame.engine.imported(frame.module, alias.name))
        else:
            root = alias.name.partition(".")[0]
            frame.bind(root, frame.engine.imported(frame.module, root))


def _import_from(frame: Frame, node: ast.ImportFrom) -> None:
    base = frame.engine.imported(frame.module, node.module or "", node.level)
    for alias in node.names:
        if alias.name == "*":
            _star(frame, base)
            continue
        value = UNKNOWN_VALUE
        if base.kinds & IMPORT:
            value = frame.engine.member(base.ref, alias.name, frame.module)
        frame.bind(alias.asname or alias.name, value)


def _star(frame: Frame, base: Value) -> None:
    if isinstance(base.ref, Module):
        for name, value in frame.engine.globals(base.ref).items():
            if not name.startswith("_"):
                frame.bind(name, value)


def _match(frame: Frame, node: ast.Match) -> None:
    subject = frame.evaluate(node.subject)
    frame.see(Syntax(node, frame.where, "match"))
    test = tensorness(subject)
    start, end = dict(frame.env or {}), frame.env
    for case in node.cases:
        frame.env = dict(start)
        for name in [n.name for n in ast.walk(case.pattern) if isinstance(n, (ast.MatchAs, ast.MatchStar)) and n.name]:
            frame.bind(name, UNKNOWN_VALUE)
        with frame.within(tensor_if=either(frame.where.tensor_if, test)):
            frame.block(case.body)
        end = merge(end, frame.env)
    frame.env = end


def _assert(frame: Frame, node: ast.Assert) -> None:
    narrowing.test(frame, node.test, frame.evaluate(node.test), "assert")
    narrowing.assume(frame, node.test, True)
    if node.msg is not None:
        with frame.within(context=(*frame.where.context, "message")):
            frame.evaluate(node.msg)


def _delete(frame: Frame, node: ast.Delete) -> None:
    for target in node.targets:
        delete(frame, target)


STATEMENTS: dict[type[ast.stmt], Callable[[Frame, Any], None]] = {
    ast.Expr: _expr,
    ast.Assign: _assign,
    ast.AnnAssign: _ann_assign,
    ast.AugAssign: _aug_assign,
    ast.Return: _return,
    ast.Raise: _raise,
    ast.Break: _break,
    ast.Continue: _continue,
    ast.If: _if,
    ast.For: _for,
    ast.AsyncFor: _for,
    ast.While: _while,
    ast.Try: _try,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _function,
    ast.ClassDef: _class,
    ast.Import: _import,
    ast.ImportFrom: _import_from,
    ast.Match: _match,
    ast.Assert: _assert,
    ast.Delete: _delete,
}
if hasattr(ast, "TryStar"):
    STATEMENTS[ast.TryStar] = _try
