"""What a fix has to know of the place it changes: the syntax around it, and what the analysis saw there."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

from flake8_hybridize.fixes.scopes import parents
from flake8_hybridize.hazards.base import Signal
from flake8_hybridize.model.module import Function
from flake8_hybridize.results import Confidence, Finding
from flake8_hybridize.rules.context import Context
from flake8_hybridize.source.text import Source
from flake8_hybridize.tensors.facts import Facts
from flake8_hybridize.tensors.iteration import item_at
from flake8_hybridize.tensors.observations import Call, Format, Index, Observation, Operation, Read
from flake8_hybridize.tensors.values import (
    NUMBER,
    TENSOR,
    TENSOR_VALUE,
    UNKNOWN_VALUE,
    Value,
    tensorness,
)
from flake8_hybridize.verdict.boundary.makings import surely_traced
from flake8_hybridize.verdict.judged import Judged
from flake8_hybridize.verdict.parameters import classify, resolve

Seen = TypeVar("Seen")


class Scene:
    """One analysed file, asked node by node."""

    def __init__(self, context: Context) -> None:
        self.context = context
        tree = context.module.tree
        same = context.source.tree() is tree
        self.source: Source = context.source if same else replace(context.source, _tree=[tree])
        self._observed: dict[Function | None, dict[ast.AST, list[Observation]]] = {}

    @cached_property
    def up(self) -> dict[ast.AST, ast.AST]:
        """The parent of every node of the file."""
        return parents(self.context.module.tree)

    @cached_property
    def judged(self) -> dict[Function, Judged]:
        """What was decided about each function of the file."""
        return {judged.function: judged for judged in self.context.judged}

    def home(self, node: ast.AST) -> Function | None:
        """The innermost function or lambda that the node is written in."""
        while node in self.up:
            node = self.up[node]
            found = self.context.module.by_node.get(node)
            if isinstance(found, Function):
                return found
        return None

    def above(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around a node, innermost first."""
        while node in self.up:
            node = self.up[node]
            yield node

    def facts(self, home: Function | None) -> Facts:
        """What one interpretation of the body saw."""
        program = self.context.program
        body = program.module_body(self.context.module) if home is None else program.body(home)
        return body.facts

    def seen(self, home: Function | None, node: ast.AST, kind: type[Seen]) -> Seen | None:
        """The last observation of a kind that the body has of the node."""
        table = self._observed.get(home)
        if table is None:
            table = self._observed[home] = {}
            for observation in self.facts(home).observations:
                table.setdefault(observation.node, []).append(observation)
        found = [observation for observation in table.get(node, ()) if isinstance(observation, kind)]
        return found[-1] if found else None

    def is_tensor(self, value: Value, home: Function | None) -> bool:
        """Whether there is evidence that the value is a tensor when traced."""
        context = self.context
        parameters = classify(context.program, context.callers, home) if home is not None else ()
        found = resolve(tensorness(value), parameters)
        return found is not None and found >= Confidence.LIKELY

    def value(self, home: Function | None, node: ast.expr) -> Value:
        """What an expression is, as far as an observation tells."""
        if isinstance(node, ast.Constant):
            known = isinstance(node.value, int | float) and not isinstance(node.value, bool)
            return (
                Value(NUMBER, const=node.value, dtype=type(node.value).__name__) if known else UNKNOWN_VALUE
            )
        if isinstance(node, ast.Name):
            return self.facts(home).bindings.get(node.id) or self._read(home, node)
        if isinstance(node, ast.Call):
            call = self.seen(home, node, Call)
            return call.result if call is not None else UNKNOWN_VALUE
        if isinstance(node, ast.UnaryOp):
            return self.value(home, node.operand)
        if isinstance(node, ast.BinOp):
            return self._result(home, node)
        if isinstance(node, ast.Subscript):
            index = self.seen(home, node, Index)
            return item_at(index.base, index.index) if index is not None else UNKNOWN_VALUE
        return self._read(home, node)

    def _read(self, home: Function | None, node: ast.expr) -> Value:
        read = self.seen(home, node, Read)
        return read.value if read is not None else UNKNOWN_VALUE

    def _result(self, home: Function | None, node: ast.BinOp) -> Value:
        operation = self.seen(home, node, Operation)
        if operation is None:
            left, right = self.value(home, node.left), self.value(home, node.right)
            numbers = left.kinds == right.kinds == NUMBER and left.dtype == right.dtype
            return Value(NUMBER, dtype=left.dtype) if numbers else UNKNOWN_VALUE
        for side in (operation.left, operation.right):
            if self.is_tensor(side, home):
                return TENSOR_VALUE._replace(dtype=side.dtype)
        return UNKNOWN_VALUE

    def tensors_in(self, home: Function | None, root: ast.AST) -> list[ast.expr]:
        """The expressions below a node that are known to be tensors."""
        found = []
        for node in ast.walk(root):
            if isinstance(node, ast.FormattedValue):
                formatted = self.seen(home, node, Format)
                if formatted is not None and self.is_tensor(formatted.value, home):
                    found.append(node.value)
            elif isinstance(node, ast.expr) and self.is_tensor(self.value(home, node), home):
                found.append(node)
        return found

    def is_converted(self, node: ast.AST) -> bool:
        """Whether AutoGraph rewrites the place: no lambda or comprehension is around it in its function."""
        for around in self.above(node):
            if isinstance(around, ast.FunctionDef | ast.AsyncFunctionDef):
                return True
            if isinstance(around, ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
                return False
        return False


@dataclass(frozen=True, slots=True)
class Spot:
    """One place to change for a finding.

    `node` is the place itself and `home` the function it is in; `function` is the one the finding is
    about, which is traced (or should be) and calls `home` where they differ.
    """

    scene: Scene
    finding: Finding
    node: ast.AST
    home: Function | None
    function: Function | None
    signal: Signal | None

    @property
    def source(self) -> Source:
        """The text and tree that the nodes belong to."""
        return self.scene.source

    @property
    def in_helper(self) -> bool:
        """Whether the place is in another function that may be called from elsewhere, too."""
        home = self.home
        while home is not None and home is not self.function:
            home = home.parent
        return home is not self.function

    @property
    def traced_only(self) -> bool:
        """Whether nothing that is visible runs the place eagerly."""
        return not self.in_helper or surely_traced(self.scene.context.judge.border, self.home)

    @property
    def call(self) -> Call | None:
        """The call at the place, as the analysis saw it."""
        return self.scene.seen(self.home, self.node, Call)


def short_name(target: str) -> str:
    """`reduce_sum` for `tensorflow.math.reduce_sum`: the knowledge knows many functions under `math`."""
    return target.removeprefix("tensorflow.").removeprefix("math.")


def is_only_tensor(value: Value) -> bool:
    """Whether the value is a tensor and nothing else."""
    return value.kinds == TENSOR


def spots(scene: Scene, finding: Finding) -> list[Spot]:
    """The places to change for a finding; none where they are not in the file.

    A call that leads to a hazard in a helper stands for all hazards of this code in that helper.
    """
    origin = scene.context.origins.get(finding)
    if origin is None:
        return []
    signal = origin.signal
    node = origin.node if signal is None else signal.about or signal.node
    if node not in scene.up:
        return []
    found = Spot(scene, finding, node, scene.home(node), origin.function, signal)
    if signal is None or not signal.path or found.home is None:
        return [found]
    others = [
        own for own in scene.context.program.own(found.home) if own.rule is signal.rule and not own.guarded
    ]
    nodes = dict.fromkeys(own.about or own.node for own in others)
    return [replace(found, node=other, signal=own) for other, own in zip(nodes, others)] or [found]
