"""Methods of the project that a call of something unknown may mean, and whether one of them must not be traced."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from flake8_hybridize.hazards.base import Category, Signal
from flake8_hybridize.hazards.body import Body
from flake8_hybridize.model.module import Class, Function, Module
from flake8_hybridize.tensors.engine import Engine
from flake8_hybridize.tensors.observations import Call
from flake8_hybridize.tensors.uses import NAMES
from flake8_hybridize.tensors.values import CHOSEN, YES

_UNSAFE = (Category.RAISES, Category.DIFFERS)


class Namesakes:
    """Methods by name, of the classes that each module defines or imports."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._known: dict[Module, dict[str, list[Function]]] = {}

    def unsafe(self, call: Call, body: Body, own: Callable[[Function], list[Signal]]) -> bool:
        """Whether what is called may be a method in sight that must not be traced; `own` gives the hazards of one."""
        return any(
            signal.blocks
            and not signal.guarded
            and signal.condition == YES
            and signal.rule.category in _UNSAFE
            for method in self._meant(call, body.module)
            for signal in own(method)
        )

    def _meant(self, call: Call, module: Module) -> Iterable[Function]:
        """Methods of the name, or any of the object that the method was chosen from."""
        chosen = call.callee.extra
        if isinstance(chosen, tuple) and chosen[0] == CHOSEN:
            return [method for name, method in chosen[1].methods.items() if not name.startswith("__")]
        if call.receiver is None:
            return ()
        reads, sight = self.engine.reads, ("in sight", module)
        self.engine.uses.note(module, NAMES)
        reads.note(sight)
        known = self._known.get(module)
        if known is None:
            with reads.finding(sight):
                known = self._known[module] = self._in_sight(module)
        return known.get(call.method, ())

    def _in_sight(self, module: Module) -> dict[str, list[Function]]:
        found: dict[str, list[Function]] = {}
        for cls in dict.fromkeys((*module.classes, *self._imported(module))):
            self.engine.reads.note(cls)
            for name, method in cls.methods.items():
                found.setdefault(name, []).append(method)
        return found

    def _imported(self, module: Module) -> Iterator[Class]:
        for value in self.engine.globals(module).values():
            if isinstance(value.ref, Class):
                yield value.ref
            elif isinstance(value.ref, Module) and value.ref is not module:
                self.engine.reads.note(value.ref)
                yield from value.ref.classes
