"""Methods of the project that a call on an unknown object may mean: those of its name in the classes in sight."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flake8_hybridize.model.module import Class, Function, Module
from flake8_hybridize.tensors.engine import Engine
from flake8_hybridize.tensors.values import Value


def methods_in_sight(engine: Engine, module: Module) -> dict[str, list[Function]]:
    """Methods by name, of the classes that the module defines or imports, itself or with their module."""
    found: dict[str, list[Function]] = {}
    for cls in dict.fromkeys((*module.classes, *_imported(engine.globals(module).values(), module))):
        for name, method in cls.methods.items():
            found.setdefault(name, []).append(method)
    return found


def _imported(values: Iterable[Value], module: Module) -> Iterator[Class]:
    for value in values:
        if isinstance(value.ref, Class):
            yield value.ref
        elif isinstance(value.ref, Module) and value.ref is not module:
            yield from value.ref.classes
