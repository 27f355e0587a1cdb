"""What of the answers of an engine holds for the next one, which knows more of what callers pass.

All that rests on a function which is given something else may be different. Most of it is not: what others ask of the
function is the same as before. So the function is seen anew first, and those who ask only if they get another answer.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator
from typing import Any

from flake8_hybridize.model.components import components
from flake8_hybridize.model.module import Class, Function, Module
from flake8_hybridize.model.project import Project
from flake8_hybridize.tensors.facts import Facts
from flake8_hybridize.tensors.namespaces import Namespaces
from flake8_hybridize.tensors.observations import Call, Key
from flake8_hybridize.tensors.refs import Hybrid
from flake8_hybridize.tensors.uses import NAMES, Answer, Used, Uses
from flake8_hybridize.tensors.values import Value

_WHOLE = frozenset(("own", "summary", "decoration", "wrapped"))


class Carrying(Namespaces):
    """An engine that may go on from another one; `seeds` are what call sites pass to functions of its own module."""

    def __init__(self, project: Project, follow_imports: bool, own: Module | None) -> None:
        super().__init__(project, follow_imports, own)
        self.seeds: dict[Function, dict[int, Value]] = {}
        self._facts: dict[tuple[Function, Key], Facts] = {}
        self._bindings: dict[Function, dict[str, Value]] = {}
        self._keyed: dict[Function, list[tuple[Function, Key]]] = {}
        self._before: Carrying | None = None
        self._holding: set[Answer] = set()

    @abstractmethod
    def facts(self, function: Function, key: Key = None) -> Facts:
        """Facts of `function`, for any arguments or for those that `key` gives."""

    @abstractmethod
    def attribute(self, cls: Class, name: str) -> Value | None:
        """What the attribute may hold."""

    def file(self, memo: tuple[Function, Key], facts: Facts) -> None:
        """Files the facts of a function."""
        self._facts[memo] = facts
        if memo[1] is None:
            self._bindings[memo[0]] = facts.bindings
        else:
            self._keyed.setdefault(memo[0], []).append(memo)

    def go_on_from(
        self, before: Carrying, seeds: dict[Function, dict[int, Value]], changed: set[Answer]
    ) -> None:
        """Answers as `before` did, but for what these `seeds` of functions of the own module change."""
        assert self.own is not None
        changed |= {f for f in self.own.functions if seeds.get(f) != before.seeds.get(f)}
        self.seeds, self._before = seeds, before
        names, facts = before.globals(self.own), before.module_facts(self.own)
        anew = before.uses.resting_on(self.own, changed)
        self.uses = before.uses.without(self.own, anew)
        if self.own not in anew:
            self._globals[self.own], self._module_facts[self.own] = names, facts
        else:
            found = self.globals(self.own)
            other = {name for name in {*names, *found} if names.get(name) != found.get(name)}
            changed |= {*other, NAMES} if other else set()
            anew |= before.uses.resting_on(self.own, changed)
        self._holding = before.uses.answers(self.own) - anew
        self._holding.update(memo for f in self.own.functions for memo in before._keyed.get(f, ()))
        for answer, used in carried_over(before.uses, self.own, changed, anew, self._is_the_same):
            self._holding.add(answer)
            self.uses.keep(self.own, answer, used)

    def still_holds(self, answer: Answer) -> bool:
        """Whether the engine before had found this out about the own module, and it is the same for this one."""
        return answer in self._holding and not self._loading

    def _taken_over(self, memo: tuple[Function, Key]) -> Facts | None:
        if self._before is None or not self.still_holds(memo[0]):
            return None
        if memo[1] is not None and not self.still_holds(memo):
            return None
        facts = self._before._facts.get(memo)
        if facts is not None:
            self.file(memo, facts)
        return facts

    def _is_the_same(self, answer: Answer) -> bool:
        """Whether an answer, found out anew, is for others what it was, as far as that can be told."""
        before = self._before
        assert before is not None
        if isinstance(answer, Function):
            known = before._facts.get((answer, None))
            if known is None or before._is_seen_with_arguments(answer):
                return False
            return given_away(answer, known) == given_away(answer, self.facts(answer))
        if not isinstance(answer, tuple) or answer[0] != "_attributes":
            return False
        return before.attribute(*answer[1:]) == self.attribute(*answer[1:])

    def _is_seen_with_arguments(self, function: Function) -> bool:
        before = self._before
        return function in self._keyed or (before is not None and before._is_seen_with_arguments(function))


def carried_over(
    uses: Uses,
    module: Module,
    changed: set[Answer],
    doubtful: set[Answer],
    is_the_same: Callable[[Answer], bool],
) -> Iterator[tuple[Answer, Used]]:
    """Those of the `doubtful` answers that hold after all, each with what it rests on, as soon as that is known.

    `changed` are those that surely have to be found out anew; `is_the_same` does so and compares. Answers that rest on
    each other hold together or not at all.
    """
    held: set[Answer] = set()
    same: set[Answer] = set()
    for members in _components(uses, module, doubtful):
        used = {member: uses.of(module, member) for member in members}
        if changed.isdisjoint(members) and all(
            ground in used or ground in (held if _looks_at_all(member) else same)
            for member in members
            for ground in used[member]
            if ground in doubtful
        ):
            held.update(members)
            same.update(members)
            yield from used.items()
        else:
            same.update(filter(is_the_same, members))


def _looks_at_all(answer: Answer) -> bool:
    """Whether the answer is about all that was seen in a body, not only about what the body gives."""
    return isinstance(answer, tuple) and answer[0] in _WHOLE


def _components(uses: Uses, module: Module, doubtful: set[Answer]) -> Iterator[list[Answer]]:
    """Answers that rest on each other, those first on which others rest."""
    done: set[Answer] = set()

    def grounds(answer: Answer) -> list[Answer]:
        return [other for other in uses.of(module, answer) if other in doubtful and other not in done]

    for root in (*filter(doubtful.__contains__, module.functions), *doubtful):
        for members in components(root, grounds) if root not in done else ():
            done.update(members)
            yield members


def given_away(function: Function, facts: Facts) -> tuple[Any, ...]:
    """All that others ask the facts of a function for; what its names hold matters to what is defined in it."""
    inside = function.has_inner or any(cls.parent is function for cls in function.module.classes)
    makers = [call.callee for call in facts.seen(Call) if isinstance(call.callee.ref, Hybrid)]
    state = facts.opaque, facts.complete, facts.unsure
    return facts.returns, facts.stores, facts.bindings if inside else {}, facts.evidence, makers, state
