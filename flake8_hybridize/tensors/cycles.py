"""Questions whose answers rest on each other, answered the same whichever is asked first.

Facts of functions, attributes and classes are found out on demand, and code has cycles: a method reads an attribute
that another one stores, which calls the first. In such a strongly connected component whoever comes second sees the
first half made, so that the answers hang on where the component was entered. It is therefore always entered at the
same place: if its first member in the order of ranks (files, lines) was not the one asked, all is forgotten and that
member is answered first, for good; the rest is a smaller component, for which the same holds. That takes as many
rounds as the component has members; where this is too much, one round answers all of them, in part unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

Question: TypeAlias = "tuple[Any, ...]"
SETTLED = 1 << 30
_ANEW: Any = object()
MOST_WORK = 60_000
"""Members of a component times the questions that they ask each other, up to which each is answered for good."""


class _TooDeep(Exception):
    """So many questions wait for each other that this one has to be answered before all of them."""

    def __init__(self, question: Question) -> None:
        self.question = question


def _closed(*_: Any, **__: Any) -> Any:
    raise AssertionError("nothing is asked any more")


class Cycles:
    """Answers questions by `compute`, which may ask others; `settle` files what rests on nothing unfinished.

    A question is a tuple; one that begins with a word is asked anew, instead of answered provisionally, each time that
    it comes up in a cycle. `pending` answers one that is being answered; `rank` orders the members of a cycle;
    `files` tells where final answers are kept. `settle` is told where an answer rests on others that were not known.
    """

    def __init__(
        self,
        compute: Callable[[Question], Any],
        pending: Callable[[Question], Any],
        settle: Callable[..., Any],
        files: Callable[[Question], tuple[dict[Any, Any], object]],
        rank: Callable[[Question], Any],
        deepest: int,
    ) -> None:
        self._compute, self._pending, self._settle = compute, pending, settle
        self._files, self._rank, self._deepest = files, rank, deepest
        self._places: dict[Question, int] = {}
        self._half: dict[Question, tuple[Any, int]] = {}
        self._low = SETTLED
        self._met = 0
        self._tops: list[Question] = []
        self._endless: set[Question] = set()
        self._cut = False

    def answer(self, question: Question) -> Any:
        """The answer, perhaps a provisional one if what asks is in a cycle with it."""
        half = self._half.get(question)
        if half is not None and half[0] is not _ANEW:
            self._met += 1
            self._low = min(self._low, half[1])
            return half[0]
        place = self._places.get(question)
        if place is not None:
            self._met += 1
            self.rest_on(place)
            return self._pending(question)
        if not self._places:
            return self._from_the_top(question)
        if len(self._places) > self._deepest:
            if question not in self._endless:
                raise _TooDeep(question)
            self._cut = True
            self.rest_on(0)
            return self._pending(question)
        return self._solve(question)

    def close(self) -> None:
        """Nothing is asked any more: lets go of what mostly belongs to what holds this."""
        self._compute = self._pending = self._settle = self._files = _closed

    def rest_on(self, place: int) -> None:
        """What is found out now rests on the unfinished question at this place."""
        self._low = min(self._low, place)

    def place(self, question: Question) -> int | None:
        """Where among the unfinished questions this one is."""
        return self._places.get(question)

    @contextmanager
    def apart(self) -> Iterator[None]:
        """In the block nothing is unfinished."""
        outer = self._places, self._half, self._low
        self._places, self._half, self._low = {}, {}, SETTLED
        try:
            yield
        finally:
            self._places, self._half, self._low = outer

    def _from_the_top(self, question: Question) -> Any:
        """Answers one that nobody waits for; what would be too deep below it is answered first."""
        outermost = len(self._tops)
        self._tops.append(question)
        answer = None
        while len(self._tops) > outermost:
            try:
                answer = self._solve(self._tops[-1])
            except _TooDeep as deep:
                if deep.question in self._tops:  # a cycle longer than that
                    self._endless.add(deep.question)
                self._tops.append(deep.question)
            except BaseException:
                del self._tops[outermost:]
                raise
            else:
                self._tops.pop()
            finally:
                self._half.clear()
                self._low, self._cut = SETTLED, False
        return answer

    def _solve(self, question: Question) -> Any:
        depth = len(self._places)
        while True:
            met = self._met
            value, low = self._attempt(question, depth)
            if low < depth:
                return self._left_open(question, value, low)
            members = {other: half for other, (half, rest) in self._half.items() if rest >= depth}
            if not members:
                return self._settle(question, value)
            for other in members:
                del self._half[other]
            earlier = self._before(question, members)
            too_long = (self._cut and not depth) or any(other in self._tops[:-1] for other in earlier)
            if too_long or (not earlier and len(members) * (self._met - met) > MOST_WORK):
                self._give_up(members)
            elif earlier:
                self._answer_first(earlier)
                cache, key = self._files(question)
                if key not in cache:
                    continue
                return cache[key]
            return self._settle(question, value)

    def _left_open(self, question: Question, value: Any, low: int) -> Any:
        """A provisional answer, which rests on the unfinished question at the place `low`."""
        depth = len(self._places)
        for other, (half, rest) in self._half.items():
            if rest >= depth:
                self._half[other] = half, low
        self._half[question] = _ANEW if isinstance(question[0], str) else value, low
        self.rest_on(low)
        return value

    def _answer_first(self, earlier: list[Question]) -> None:
        for other in earlier:
            cache, key = self._files(other)
            if key not in cache:
                self.answer(other)

    def _before(self, question: Question, members: Iterable[Question]) -> list[Question]:
        """Members of a component that come before the question, the first one first."""
        ranks = {other: self._rank(other) for other in (question, *members)}
        return sorted((other for other in members if ranks[other] < ranks[question]), key=ranks.__getitem__)

    def _give_up(self, members: dict[Question, Any]) -> None:
        """Lets what is known of the members in this round be all that is ever known of them."""
        for other, half in members.items():
            if half is not _ANEW:
                self._settle(other, half, True)

    def _attempt(self, question: Question, depth: int) -> tuple[Any, int]:
        outer, self._low = self._low, SETTLED
        self._places[question] = depth
        try:
            return self._compute(question), self._low
        finally:
            del self._places[question]
            self._low = outer


def rank(question: Question) -> tuple[Any, ...]:
    """Where a question comes among others: functions first, by name, the outer before the inner.

    The name comes before the file, so that it is the same however a program is spread over files.
    """
    kind, *rest = question
    if isinstance(kind, str):
        about = rest[0]
        node = getattr(about, "node", None)
        path, name = (about.path, "") if node is None else (about.module.path, about.qualname)
        return (
            1,
            name,
            path,
            getattr(node, "lineno", 0),
            getattr(node, "col_offset", 0),
            kind,
            str(rest[1:]),
        )
    key = "" if rest[0] is None else described(rest[0])
    return (0, kind.qualname, kind.module.path, kind.node.lineno, kind.node.col_offset, key, "")


def described(value: Any) -> str:
    """A text for a value and all in it that is the same in every run."""
    if isinstance(value, tuple):
        return "(" + ",".join(map(described, value)) + ")"
    if hasattr(value, "module"):
        return f"{value.module.path}:{value.node.lineno}:{value.node.col_offset}"
    if hasattr(value, "path"):
        return str(value.path)
    if hasattr(value, "lineno"):
        return f"{value.lineno}:{value.col_offset}"
    fields = getattr(value, "__dataclass_fields__", None)
    if fields is not None:
        return type(value).__name__ + described(tuple(getattr(value, name) for name in fields))
    return repr(value)
