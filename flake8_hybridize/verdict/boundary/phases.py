"""Which layers are frozen at each call of a function, as its caller runs through its phases.

The statements of the caller are followed in order, loops for two rounds. Layers are named as they are written in the
caller; what is stored under a condition is unknown from then on.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from flake8_hybridize.model.module import last_part
from flake8_hybridize.source.tree import walk
from flake8_hybridize.verdict.boundary.variation import dotted, mentions

_COPIES = frozenset(("clone_model", "from_config", "deepcopy", "copy", "load_model"))
Frozen = dict[str, "bool | None"]


def place_of(node: ast.expr, aliases: dict[str, str]) -> str:
    """Dotted text of a layer, without which of `layers` it is; empty where it cannot be told."""
    if isinstance(node, ast.Name):
        return aliases.get(node.id, node.id)
    if isinstance(node, ast.Attribute):
        base = place_of(node.value, aliases)
        return f"{base}.{node.attr}" if base else ""
    if isinstance(node, ast.Subscript):
        return place_of(node.value, aliases)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get_layer":
        base = place_of(node.func.value, aliases)
        return f"{base}.layers" if base else ""
    return ""


def made_of(place: str, assigns: Iterable[ast.Assign]) -> frozenset[str]:
    """Names of what the model at `place` is put together from, itself included."""
    bound: dict[str, list[ast.expr]] = {}
    for node in assigns:
        for target in node.targets:
            bound.setdefault(dotted(target), []).append(node.value)
    found, waiting = {place}, [place]
    while waiting:
        for value in bound.get(waiting.pop(), ()):
            if isinstance(value, ast.Call) and last_part(value) in _COPIES:
                continue
            fresh = [n for n in mentions(value) if n not in found and not place.startswith(f"{n}.")]
            found.update(fresh)
            waiting += fresh
    return frozenset(found)


def made_trainable(node: ast.expr) -> ast.expr | None:
    """What a call like `Dense(4, trainable=False)` says of the layer that it makes."""
    given = node.keywords if isinstance(node, ast.Call) else ()
    return next((keyword.value for keyword in given if keyword.arg == "trainable"), None)


def truth_of(node: ast.expr) -> bool | None:
    """Truth of a constant; None for what is computed."""
    return bool(node.value) if isinstance(node, ast.Constant) else None


@dataclass(slots=True)
class Phases:
    """Follows a caller: `calls` are those of the traced function, `own` the places that belong to its model.

    `inside` gives the statements of a method that is called, and what its `self` is in the caller.
    `seen` holds what was frozen at each call.
    """

    model: str
    own: frozenset[str]
    calls: frozenset[ast.AST]
    inside: Callable[[ast.Call], tuple[list[ast.stmt], str] | None]
    frozen: Frozen = field(default_factory=dict)
    seen: list[Frozen] = field(default_factory=list)

    def run(self, body: Iterable[ast.stmt], aliases: dict[str, str], doubtful: bool = False) -> None:
        """Goes through the statements."""
        for node in body:
            if isinstance(node, (ast.For, ast.AsyncFor, ast.While)):
                self._rounds(node, aliases, doubtful)
            elif isinstance(node, (ast.With, ast.AsyncWith)):
                self.run(node.body, aliases, doubtful)
            elif isinstance(node, (ast.If, ast.Try)):
                for part in ("body", "handlers", "orelse", "finalbody"):
                    for child in getattr(node, part, ()):
                        self.run(
                            child.body if isinstance(child, ast.ExceptHandler) else [child], aliases, True
                        )
            elif not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                self._simple(node, aliases, doubtful)

    def _rounds(
        self, node: ast.For | ast.AsyncFor | ast.While, aliases: dict[str, str], doubtful: bool
    ) -> None:
        inner = dict(aliases)
        if not isinstance(node, ast.While):
            self._expression(node.iter)
            if isinstance(node.target, ast.Name):
                inner[node.target.id] = place_of(node.iter, aliases)
        for _ in range(2):
            self.run(node.body, inner, doubtful)

    def _simple(self, node: ast.stmt, aliases: dict[str, str], doubtful: bool) -> None:
        self._expression(node)
        if not isinstance(node, ast.Assign):
            return
        for target in node.targets:
            if isinstance(target, ast.Attribute) and target.attr == "trainable":
                self._store(place_of(target.value, aliases), None if doubtful else truth_of(node.value))
            elif (given := made_trainable(node.value)) is not None:
                self._store(place_of(target, aliases), None if doubtful else truth_of(given))

    def _expression(self, root: ast.AST) -> None:
        for node in walk(root):
            if node in self.calls:
                self.seen.append(dict(self.frozen))
            elif isinstance(node, ast.Call):
                found = self.inside(node)
                if found is not None:
                    nested = Phases(self.model, self.own, frozenset(), lambda _: None, self.frozen)
                    nested.run(found[0], {"self": found[1]})

    def _store(self, place: str, value: bool | None) -> None:
        if not place or not any(place == own or place.startswith(f"{own}.") for own in self.own):
            return
        for known in list(self.frozen):
            if place == self.model or known.startswith(f"{place}."):
                del self.frozen[known]
        self.frozen[place] = value

    def changed_by(self, node: ast.Assign) -> str:
        """The place of the model that the assignment freezes or unfreezes, given what is frozen; empty if none."""
        for target in node.targets:
            place = place_of(target.value, {}) if isinstance(target, ast.Attribute) else ""
            if place in self.own and isinstance(target, ast.Attribute) and target.attr == "trainable":
                before = self.frozen.get(place, self.frozen.get(self.model, True))
                after = truth_of(node.value)
                if before is not None and after is not None and before != after:
                    return place
        return ""

    def changed(self) -> str:
        """A place that is frozen or unfrozen after the first call and before another; empty if there is none."""
        for later in self.seen[1:]:
            first = self.seen[0]
            for place in sorted({*first, *later}):
                before = first.get(place, first.get(self.model, True))
                after = later.get(place, later.get(self.model, True))
                if before is not None and after is not None and before != after:
                    return place
        return ""
