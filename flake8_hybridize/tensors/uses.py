"""Which answers about a module rest on which others about it.

When callers turn out to say more about some functions, only what rests on these functions is found out anew.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable
from typing import TypeAlias

from flake8_hybridize.model.closure import closure, inverted
from flake8_hybridize.model.module import Module

Answer: TypeAlias = Hashable
"""A function (its facts), a name or the statements of a module, or a word with what it is about."""

Used: TypeAlias = "Collection[Answer]"
"""What an answer rests on."""

NAMES = "*"
"""All names of a module."""


class Uses:
    """Filled while answers are found out, which may ask for others; questions about other modules do not count."""

    def __init__(self) -> None:
        self._of: dict[Module, dict[Answer, Collection[Answer]]] = {}
        self._asking: list[tuple[Module, set[Answer]]] = []

    def note(self, module: Module, answer: Answer) -> None:
        """Something about `module` is asked for."""
        if self._asking:
            asking, used = self._asking[-1]
            if asking is module:
                used.add(answer)

    def finding(self, module: Module, answer: Answer) -> Finding:
        """A block of code that finds out the answer."""
        known = self._of.setdefault(module, {})
        used = known.get(answer, ())
        if isinstance(used, set):
            return Finding(self._asking, module, used)
        opened = known[answer] = set(used)
        return Finding(self._asking, module, opened, known, answer)

    def answers(self, module: Module) -> set[Answer]:
        """What was found out about the module."""
        return set(self._of.get(module, ()))

    def of(self, module: Module, answer: Answer) -> Used:
        """What the answer rests on."""
        return self._of.get(module, {}).get(answer, ())

    def keep(self, module: Module, answer: Answer, used: Used) -> None:
        """The answer was found out elsewhere, and rests on these."""
        self._of.setdefault(module, {})[answer] = tuple(used)

    def without(self, module: Module, gone: set[Answer]) -> Uses:
        """What is known of the module, but for these answers."""
        kept = Uses()
        known = self._of.get(module, {})
        kept._of[module] = {answer: tuple(used) for answer, used in known.items() if answer not in gone}
        return kept

    def resting_on(self, module: Module, changed: Iterable[Answer]) -> set[Answer]:
        """These answers and all that rest on one of them."""
        return closure(changed, inverted(self._of.get(module, {}).items()))


class Finding:
    """What is asked for in a block of code is used by its answer, which holds it in a tuple from then on."""

    __slots__ = ("_answer", "_asking", "_entry", "_known")

    def __init__(
        self,
        asking: list[tuple[Module, set[Answer]]],
        module: Module,
        used: set[Answer],
        known: dict[Answer, Collection[Answer]] | None = None,
        answer: Answer = None,
    ) -> None:
        self._asking, self._entry = asking, (module, used)
        self._known, self._answer = known, answer

    def __enter__(self) -> None:
        self._asking.append(self._entry)

    def __exit__(self, *_: object) -> None:
        self._asking.pop()
        if self._known is not None:
            self._known[self._answer] = tuple(self._entry[1])
