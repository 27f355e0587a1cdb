"""Does something change what a traced function read, after it was called for the first time?"""

from __future__ import annotations

import ast

from flake8_hybridize.hazards.summaries import Program
from flake8_hybridize.model.module import Function
from flake8_hybridize.source.tree import walk
from flake8_hybridize.tensors.observations import Call, Store
from flake8_hybridize.verdict.callers import Callers, Site
from flake8_hybridize.verdict.heat import HeatMap

_LOOPS = (ast.For, ast.AsyncFor, ast.While, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class Order:
    """Order of calls within the bodies that call both the reader and a writer."""

    def __init__(self, program: Program, callers: Callers, heat: HeatMap) -> None:
        self.program = program
        self.callers = callers
        self.heat = heat
        self._reach: dict[Function, frozenset[Function]] = {}
        self._called: dict[Function, list[Function]] = {}
        self._loops: dict[ast.AST, list[tuple[int, int]]] = {}

    def written_after(self, reader: Function, writers: tuple[Function, ...], name: str) -> bool:
        """Whether a writer is seen to run after (or in the same loop as) a call that reaches the reader.

        What the reader calls itself before it reads is part of the same trace.
        """
        own = self._reached_from(reader)
        return any(self._follows(reader, writer, name) for writer in writers if writer not in own)

    def _follows(self, reader: Function, writer: Function, name: str) -> bool:
        reached, maker = self._reached_from(writer), reader.parent
        if maker is not None and maker in reached:
            return False  # the writer changes the state, then makes the reader anew, which sees the new value
        if reader in reached or writer is maker:
            # The writer changes the state, then calls the reader: its second run, if any, comes after the trace.
            once = writer is maker or self.heat.runs_once(writer)
            return not (once and self._settles(writer, reader, name))
        if not self.callers.calls(reader):
            # Called from elsewhere: a setter that functions of its module use is used between the calls.
            return maker is None and any(
                site.caller is not None and site.caller.name != "__init__" and site.module is reader.module
                for site in self.callers.calls(writer)
            )
        readers = {reader, *self._callers_of(reader)}
        if (
            reader.owner is not None
        ):  # a method is traced for each object: a constructor calls that of a new one
            readers = {function for function in readers if function.name != "__init__"}
        for candidate in (writer, *self._callers_of(writer)):
            for late in self.callers.calls(candidate):
                for function in readers:
                    for early in self.callers.calls(function):
                        if (
                            early.caller is late.caller
                            and early.module is late.module
                            and self._after(early, late)
                        ):
                            return True
        return False

    def _settles(self, writer: Function, reader: Function, name: str) -> bool:
        """Whether the writer sets the state in no loop, before it makes or calls the reader."""
        facts = self.program.body(writer).facts
        stores = [
            seen for seen in facts.seen(Store) if name in (seen.name, seen.base.place.rpartition(".")[2])
        ]
        changed = [
            call
            for call in facts.seen(Call)
            if call.receiver is not None and call.receiver.place.rpartition(".")[2] == name
        ]
        calls = [
            call.node.lineno
            for call in facts.seen(Call)
            if any(f is reader or reader in self._reached_from(f) for f in call.functions)
        ]
        places = [(s.node.lineno, s.where.loops) for s in stores]  # type: ignore[attr-defined]
        places += [(c.node.lineno, c.where.loops) for c in changed]
        first = min(calls, default=reader.line)
        return bool(stores) and all(line < first and not loops for line, loops in places)

    def _after(self, early: Site, late: Site) -> bool:
        if late.call.node.lineno > early.call.node.lineno:
            return True
        return late.call.where.loops > 0 and early.call.where.loops > 0 and self._share_a_loop(early, late)

    def _share_a_loop(self, early: Site, late: Site) -> bool:
        """Whether some loop of their scope is around both calls."""
        scope = early.caller.node if early.caller is not None else early.module.tree
        if scope not in self._loops:
            self._loops[scope] = [
                (node.lineno, node.end_lineno or 0) for node in walk(scope) if isinstance(node, _LOOPS)
            ]
        lines = early.call.node.lineno, late.call.node.lineno
        return any(start <= min(lines) and max(lines) <= end for start, end in self._loops[scope])

    def read_outside(self, function: Function, attribute: str) -> bool:
        """Whether eager code reads an attribute of this name: no method that may be part of the trace itself."""
        readers = function.module.attribute_loads.get(attribute, ())
        if not readers or None in readers:
            return bool(readers)
        inside = {function, *self._reached_from(function)}
        return any(
            reader is None
            or (not _is_within(reader, inside) and (_is_free(reader) or self.heat.runs_eagerly(reader)))
            for reader in readers
        )

    def _callers_of(self, function: Function) -> set[Function]:
        return {site.caller for site in self.callers.calls(function) if site.caller is not None}

    def _reached_from(self, function: Function) -> frozenset[Function]:
        known = self._reach.get(function)
        if known is None:
            found: set[Function] = set()
            waiting = [function]
            while waiting and len(found) < 200:
                called = self._called_by(waiting.pop())
                fresh = [callee for callee in called if callee not in found]
                found.update(fresh)
                waiting += fresh
            known = self._reach[function] = frozenset(found)
        return known

    def _called_by(self, function: Function) -> list[Function]:
        known = self._called.get(function)
        if known is None:
            known = self._called[function] = self.program.body(function).facts.called()
        return known


def _is_free(function: Function) -> bool:
    """Whether the function is no method, nor nested in one."""
    scope: Function | None = function
    while scope is not None:
        if scope.owner is not None:
            return False
        scope = scope.parent
    return True


def _is_within(reader: Function, inside: set[Function]) -> bool:
    return not inside.isdisjoint(reader.scopes())
