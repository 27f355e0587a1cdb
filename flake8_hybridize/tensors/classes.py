"""Classes of the project: resolution order, contracts of outside bases, methods."""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod

from flake8_hybridize.knowledge import lookup
from flake8_hybridize.model.module import Class, Function, Module, is_abstract
from flake8_hybridize.model.reads import Reads
from flake8_hybridize.tensors.values import EXACT, INSTANCE, MAX_OPTIONS, Value, of_kind

_KIND_OF_BASE = {
    "model": "model", "layer": "layer", "module": "module", "loss": "loss", "metric": "metric", "optimizer": "optimizer",
}  # fmt: skip


Line = tuple["Class | str", ...]


def linearised(lines: list[Line]) -> Line:
    """The C3 linearisation of what follows a class: those of its bases and the bases themselves, merged.

    Bases that Python would refuse are taken one line after the other.
    """
    waiting = [list(line) for line in (*lines, tuple(line[0] for line in lines)) if line]
    order: list[Class | str] = []
    while waiting:
        heads = (line[0] for line in waiting)
        head = next((h for h in heads if not any(h in line[1:] for line in waiting)), None)
        if head is None:
            return tuple(dict.fromkeys([*order, *(base for line in waiting for base in line)]))
        order.append(head)
        waiting = [rest for line in waiting if (rest := [base for base in line if base != head])]
    return tuple(order)


def _kind_of(bases: Line) -> str:
    """The contract that these bases bring, the first that has one."""
    for base in bases:
        api = lookup.api(base) if isinstance(base, str) and base != "?" else None
        if api is not None:
            for flag in api.flags.split():
                if flag.startswith("base="):
                    return flag[5:]
            if api.returns in _KIND_OF_BASE:
                return api.returns
    return ""


class ClassModel(ABC):
    """What classes are and have, from their definitions alone."""

    reads: Reads

    def __init__(self) -> None:
        self._mro: dict[Class, Line] = {}
        self._kinds: dict[Line, str] = {}

    @abstractmethod
    def subclasses(self, cls: Class) -> tuple[Class, ...]:
        """Classes of the project that are known to derive from `cls`, in a fixed order."""

    @abstractmethod
    def scope_value(self, module: Module, function: Function | None, node: ast.expr) -> Value:
        """Value of a name or dotted name outside of any interpretation."""

    @abstractmethod
    def mro(self, cls: Class) -> Line:
        """Project classes and dotted names of outside bases in method resolution order; `?` is an unknown base."""

    def linearise(self, cls: Class) -> Line:
        """The same, found out anew."""
        return (cls, *linearised([self._line(cls, base) for base in cls.node.bases]))

    def _line(self, cls: Class, base: ast.expr) -> Line:
        ref = self.scope_value(cls.module, cls.parent, base).ref
        if isinstance(ref, Class):
            return self.mro(ref)
        return (ref,) if isinstance(ref, str) else ("?",)

    def base_kind(self, cls: Class) -> str:
        """Contract of the class: model, layer, module, loss, metric, optimizer, or empty."""
        line = self.mro(cls)
        found = self._kinds.get(line)
        if found is None:
            found = self._kinds[line] = _kind_of(line[1:])
        return found

    def is_keras_2(self, cls: Class) -> bool:
        """Whether the class derives from `tf_keras`, which builds layers without a stateless call (docs/rules/HYB217.md)."""
        for owner in self.mro(cls):
            for base in owner.node.bases if isinstance(owner, Class) else ():
                root: ast.expr = base
                while isinstance(root, ast.Attribute):
                    root = root.value
                if self.scope_value(owner.module, owner.parent, root).ref == "tf_keras":  # type: ignore[union-attr]
                    return True
        return False

    def has_unknown_base(self, cls: Class) -> bool:
        """Whether a base class could not be found, so that missing methods mean nothing."""
        return any(
            isinstance(base, str) and (base == "?" or lookup.api(base) is None) and base != "builtins.object"
            for base in self.mro(cls)[1:]
        )

    def instance(self, cls: Class) -> Value:
        """An object of the class, of which nothing else is known."""
        kind = self.base_kind(cls)
        bits = of_kind(_KIND_OF_BASE[kind]).kinds if kind in _KIND_OF_BASE else 0
        return Value(INSTANCE | bits, ref=cls)

    def find_method(self, cls: Class, name: str, after: Class | None = None) -> Function | None:
        """The method `name` in resolution order, optionally of the classes behind `after` (super)."""
        order = self.mro(cls)
        if after is not None and after in order:
            order = order[order.index(after) + 1 :]
        for base in order:
            if isinstance(base, Class) and name in base.methods:
                self.reads.note(base.methods[name])
                return base.methods[name]
        return None

    def dispatched(
        self, receiver: Value, name: str, after: Class | None = None
    ) -> list[tuple[Class, Function]]:
        """What `receiver.name` may be called on and run: the method of its class, and of subclasses that override it.

        Methods that only say that a subclass has to do it are left out where one does. Where too many are found,
        the class speaks for them.
        """
        cls: Class = receiver.ref
        own = self.find_method(cls, name, after)
        found: dict[Function, Class] = {} if own is None else {own: cls}
        if receiver.extra != EXACT:
            for other in self.subclasses(cls):
                method = self.find_method(other, name, after)
                if method is not None:
                    found.setdefault(method, other)
        if len(found) > 1 and own is not None and is_abstract(own):
            del found[own]
        if len(found) > MAX_OPTIONS:
            found = {} if own is None else {own: cls}
        return [(owner, method) for method, owner in found.items()]
