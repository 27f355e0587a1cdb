"""How a hazard is declared, and the signal that a detector gives.

A detector looks at one observation at a time and yields signals. It is filed under what it reacts to (an
effect, a call target, a method name, a kind of observation), so that a body costs only the detectors that
can say something about it.
"""

from __future__ import annotations

import ast
import enum
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

from flake8_hybridize.model.module import Function
from flake8_hybridize.results import Applicability, Confidence, Severity, Step
from flake8_hybridize.tensors.assumptions import Assumption
from flake8_hybridize.tensors.values import NO, YES


class Category(str, enum.Enum):
    """What happens if a body with the hazard is traced."""

    RAISES = "raises"
    DIFFERS = "differs"
    SLOWER = "slower"
    USELESS = "useless"
    DEPRECATED = "deprecated"
    OPPORTUNITY = "opportunity"
    TOOL = "tool"


@dataclass(frozen=True, slots=True)
class Rule:
    """One code: `names` are the hazards it covers, in the words of the documentation."""

    code: str
    name: str
    summary: str
    category: Category
    severity: Severity = Severity.WARNING
    names: tuple[str, ...] = ()
    opt_in: bool = False
    fix: Applicability | None = None
    minimum_confidence: Confidence = Confidence.LIKELY


class Signal(NamedTuple):
    """One hazard at one place of a body.

    `what` reads after the function's name ("calls print, which …"), `advice` is what to do, `short` what lists
    of blockers show. `condition` is the degree to which the values involved are tensors (see `tensorness`).
    `param` is the parameter whose object is changed: harmless to a caller that made the object itself;
    `OWN` marks what concerns the function itself only, not its callers. `guarded` marks what runs only once.
    `path` names the helpers between the function and the place, `at` is the line there; `chain` says the same of all
    functions on the way, with their files.
    `only`: a hazard only if the parameters of `condition` are of this kind (`ndarray`: used like an array; `probed`: asked
    whether it is one); `outer_name`: the closure variable
    that is changed, harmless to the function that owns it; `writers`: functions that change what is read (of the name `state`),
    a hazard for sure only where one of them runs after the first call.
    `attribute`: the attribute that is overwritten, a hazard for sure only where something outside the trace reads it;
    `local`: sure in its own module only: what other modules do on purpose is theirs.
    `keyed`: the part of a parameter is what a loop over it gives, which for a dictionary is a key;
    `needs_evidence`: with parameters of unknown kind it says nothing at all, not even "perhaps".
    `alone`: a container of tensors does not count, only a tensor itself does; `staged`: a dataset counts as well.
    `unless`: the degree to which it is no hazard, because a loop is over a tensor or a dataset and so staged.
    `assumed`: what the place takes for granted of the parameters.
    `unconditional`: sure only where no test on Python values, of which the callers may know more, is on the way to it.
    `about` is the node that a fix would change, where it is not `node` itself: the place in a helper, one argument.
    `blocks` is false for what costs a decorated function but does not speak against decorating.
    """

    rule: Rule
    name: str
    node: ast.AST
    what: str
    advice: str = ""
    short: str = ""
    condition: int = YES
    confidence: Confidence = Confidence.LIKELY
    param: int = -1
    guarded: bool = False
    path: tuple[str, ...] = ()
    at: int = 0
    blocks: bool = True
    effect: str = ""
    category: Category | None = None
    repairable: bool = False
    needs_evidence: bool = False
    only: str = ""
    outer_name: str = ""
    writers: tuple[Function, ...] = ()
    attribute: str = ""
    state: str = ""
    local: bool = False
    keyed: bool = False
    alone: bool = False
    staged: bool = False
    unless: int = NO
    assumed: tuple[Assumption, ...] = ()
    unconditional: bool = False
    about: ast.AST | None = None
    chain: tuple[Step, ...] = ()


OWN = -2
Detector = Callable[[Any, Any], Iterator[Signal]]
_D = TypeVar("_D", bound=Detector)


@dataclass(slots=True)
class Detectors:
    """All detectors by what they react to."""

    by_type: dict[type, list[Detector]] = field(default_factory=dict)
    by_effect: dict[str, list[Detector]] = field(default_factory=dict)
    by_target: dict[str, list[Detector]] = field(default_factory=dict)
    by_method: dict[str, list[Detector]] = field(default_factory=dict)
    by_function: list[Detector] = field(default_factory=list)
    by_recursion: list[Detector] = field(default_factory=list)
    by_control: list[Detector] = field(default_factory=list)
    rules: dict[str, Rule] = field(default_factory=dict)

    def declare(self, rule: Rule) -> Rule:
        """Files the rule under its code."""
        assert rule.code not in self.rules, rule.code
        self.rules[rule.code] = rule
        return rule

    def on(self, *types: type) -> Callable[[_D], _D]:
        """Reacts to every observation of these types."""
        return self._file(self.by_type, types)

    def on_effect(self, *effects: str) -> Callable[[_D], _D]:
        """Reacts to calls of APIs with one of these effects."""
        return self._file(self.by_effect, effects)

    def on_target(self, *names: str) -> Callable[[_D], _D]:
        """Reacts to calls of these public names."""
        return self._file(self.by_target, names)

    def on_method(self, *names: str) -> Callable[[_D], _D]:
        """Reacts to calls of methods with these names, whatever the receiver."""
        return self._file(self.by_method, names)

    def on_function(self, detector: _D) -> _D:
        """Reacts once per body, after all observations, with None as the observation."""
        self.by_function.append(detector)
        return detector

    def on_recursion(self, detector: _D) -> _D:
        """Reacts once per body that may reach itself, with None as the observation."""
        self.by_recursion.append(detector)
        return detector

    def on_control(self, detector: _D) -> _D:
        """Reacts once per body with tensor control flow, in it or in what it calls, with its degree."""
        self.by_control.append(detector)
        return detector

    @staticmethod
    def _file(table: dict[Any, list[Detector]], keys: tuple[Any, ...]) -> Callable[[_D], _D]:
        def register(detector: _D) -> _D:
            for key in keys:
                table.setdefault(key, []).append(detector)
            return detector

        return register


DETECTORS = Detectors()
