"""Who calls a function, from where, with what: the call graph seen from below."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from flake8_hybridize.hazards.body import Body
from flake8_hybridize.hazards.summaries import Context, Program, Reach, makes_graph
from flake8_hybridize.model.module import Function, Module
from flake8_hybridize.results import Parameter
from flake8_hybridize.tensors.calls import passed_functions
from flake8_hybridize.tensors.observations import Call
from flake8_hybridize.tensors.substitution import Bindings
from flake8_hybridize.tensors.values import DATASET, MODEL, STRATEGY, Value

if TYPE_CHECKING:
    from flake8_hybridize.verdict.given import Search

MOST_CALLERS = 100
"""Among how many callers, and callers of callers, the code is looked for that decides about a function."""


_CALLING = ("tensorflow.nest.map_structure",)
"""What calls a function as Python does: eagerly where it is called eagerly."""


class Site(NamedTuple):
    """One call of a function: the caller is None for a module's own statements.

    `by` is the call that handed the function to the caller, where that made it known who is called.
    """

    call: Call
    caller: Function | None
    module: Module
    bound: Bindings
    by: Site | None = None


class Handed(NamedTuple):
    """A function passed as an argument: `how` is traced, host, run, called (as part of the call), hybrid or unknown."""

    call: Call
    caller: Function | None
    module: Module
    how: str
    api: str


@dataclass(slots=True)
class Callers:
    """Call sites and hand-overs per function; `parameters`, `search` and `decorations` keep what these say."""

    sites: dict[Function, list[Site]] = field(default_factory=dict)
    handed: dict[Function, list[Handed]] = field(default_factory=dict)
    modules: tuple[Module, ...] = ()
    others: tuple[Callers, ...] = ()
    parameters: dict[Function, tuple[Parameter, ...]] = field(default_factory=dict, init=False)
    _calls: dict[Function, list[Site]] = field(default_factory=dict, init=False)
    _hand_overs: dict[Function, list[Handed]] = field(default_factory=dict, init=False)
    _reached: set[Module] | None = field(init=False, default=None)
    search: Search | None = field(init=False, default=None)
    decorations: dict[Function, list[Function]] | None = field(init=False, default=None)

    def reach(self, module: Module) -> bool:
        """Whether a function of `module` is called or passed on in these modules themselves."""
        if self._reached is None:
            self._reached = {function.module for function in (*self.sites, *self.handed)}
        return module in self._reached

    def helpers(self, module: Module) -> list[Module]:
        """Other modules to whose functions those of `module` are handed here, which call them."""
        sites = (
            site for function in self.sites if function.module is module for site in self.sites[function]
        )
        return list(dict.fromkeys(s.module for s in sites if s.by is not None and s.module is not module))

    def calls(self, function: Function) -> list[Site]:
        """Call sites in the module itself, then in others."""
        known = self._calls.get(function)
        if known is None:
            known = self._calls[function] = list(self.sites.get(function, ()))
            for other in self.others:
                known += other.sites.get(function, ())
        return known

    def reach_of(self, function: Function) -> Reach:
        """Where the code is that says what the function is given, how often it is called and who traces it."""
        found, known, waiting = Reach.ALONE, {function}, [function]
        while waiting and len(known) < MOST_CALLERS:
            called = waiting.pop()
            places: list[Site | Handed] = [*self.calls(called), *self.hand_overs(called)]
            for place in places:
                if place.module is not function.module:
                    return Reach.PROJECT
                found = Reach.MODULE
                if place.caller is not None and place.caller not in known:
                    known.add(place.caller)
                    waiting.append(place.caller)
        return found

    def hand_overs(self, function: Function) -> list[Handed]:
        """Where the function is passed on, in the module itself, then in others."""
        known = self._hand_overs.get(function)
        if known is None:
            known = self._hand_overs[function] = list(self.handed.get(function, ()))
            for other in self.others:
                known += other.handed.get(function, ())
        return known


def collect_callers(program: Program, modules: Iterable[Module], others: tuple[Callers, ...] = ()) -> Callers:
    """All call sites in these modules, beside those collected from `others`."""
    callers = Callers(modules=tuple(modules), others=others)
    for module in callers.modules:
        _collect(callers, program, program.module_body(module), None, module)
        for function in module.functions:
            _collect(callers, program, program.body(function), function, module)
    return callers


def _collect(callers: Callers, program: Program, body: Body, caller: Function | None, module: Module) -> None:
    for seen in body.facts.seen(Call):
        for function, bound in zip(seen.functions, seen.bound):
            callers.sites.setdefault(function, []).append(Site(seen, caller, module, bound))
        for passed in passed_functions((*seen.args, *_listed(seen)), seen.kwargs):
            how, api = _hand_over(seen)
            callers.handed.setdefault(passed, []).append(Handed(seen, caller, module, how, api))
        if any(seen.keys):
            _collect_given(callers, program, Site(seen, caller, module, {}), set())


def _listed(call: Call) -> tuple[Value, ...]:
    """What is in the lists of losses and metrics that a Keras model is compiled with."""
    if not _compiles(call):
        return ()
    return tuple(item for value in (*call.args, *call.kwargs.values()) for item in value.items or ())


def _compiles(call: Call) -> bool:
    return (
        call.method == "compile"
        and call.receiver is not None
        and bool(call.receiver.kinds & MODEL)
        and not call.functions
    )


def _collect_given(callers: Callers, program: Program, by: Site, known: set[Context]) -> None:
    """Calls in the callee of what this call hands over (`run_epoch(step)` calls `step` in its loop)."""
    for function, key in zip(by.call.functions, by.call.keys):
        if key is None or (function, key) in known:
            continue
        known.add((function, key))
        calls = program.body(function).seen(Call)
        general = {id(seen.node) for seen in calls if seen.functions and seen.among == 1}
        for seen in program.body(function, key).seen(Call):
            site = Site(seen, function, function.module, {}, by)
            if id(seen.node) not in general:
                for callee, bound in zip(seen.functions, seen.bound):
                    callers.sites.setdefault(callee, []).append(site._replace(bound=bound))
            _collect_given(callers, program, site, known)


def is_applied(call: Call) -> bool:
    """Whether it is `dataset.apply(function)`, which calls the function once, with the dataset."""
    return call.method == "apply" and call.receiver is not None and call.receiver.kinds == DATASET


def _hand_over(call: Call) -> tuple[str, str]:
    name = call.target or call.method
    if makes_graph(call):
        return "hybrid", name
    if _compiles(call):
        return "traced", "Model.compile"
    if call.target in _CALLING or is_applied(call):
        return "called", name
    if call.api is not None:
        for flag in call.api.flags.split():
            if flag.startswith("callback="):
                return "traced", name
            if flag.startswith("host-callback="):
                return "host", name
    receiver = call.receiver
    if call.method in ("run", "experimental_run_v2") and receiver is not None and receiver.kinds & STRATEGY:
        return "run", name
    if call.method in ("run", "experimental_run_v2"):
        return "run", name
    return "unknown", name
