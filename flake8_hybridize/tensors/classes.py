"""Classes of the project: resolution order, contracts of outside bases, methods."""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod

from flake8_hybridize.knowledge import lookup
from flake8_hybridize.model.module import Class, Function, Module
from flake8_hybridize.tensors.values import INSTANCE, Value, of_kind

_KIND_OF_BASE = {
    "model": "model", "layer": "layer", "module": "module", "loss": "loss", "metric": "metric", "optimizer": "optimizer",
}  # fmt: skip


class ClassModel(ABC):
    """What classes are and have, from their definitions alone."""

    def __init__(self) -> None:
        self._mro: dict[Class, tuple[Class | str, ...]] = {}

    @abstractmethod
    def scope_value(self, module: Module, function: Function | None, node: ast.expr) -> Value:
        """Value of a name or dotted name outside of any interpretation."""

    def mro(self, cls: Class) -> tuple[Class | str, ...]:
        """Project classes and dotted names of outside bases, in method resolution order (approximated)."""
        known = self._mro.get(cls)
        if known is None:
            self._mro[cls] = (cls,)
            order: list[Class | str] = [cls]
            for base in cls.node.bases:
                value = self.scope_value(cls.module, cls.parent, base)
                if isinstance(value.ref, Class):
                    order += [c for c in self.mro(value.ref) if c not in order]
                elif isinstance(value.ref, str):
                    order.append(value.ref)
                else:
                    order.append("?")
            known = self._mro[cls] = tuple(order)
        return known

    def base_kind(self, cls: Class) -> str:
        """Contract of the class: model, layer, module, loss, metric, optimizer, or empty."""
        for base in self.mro(cls)[1:]:
            if isinstance(base, str) and base != "?":
                api = lookup.api(base)
                if api is not None:
                    for flag in api.flags.split():
                        if flag.startswith("base="):
                            return flag[5:]
                    if api.returns in _KIND_OF_BASE:
                        return api.returns
        return ""

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
                return base.methods[name]
        return None
