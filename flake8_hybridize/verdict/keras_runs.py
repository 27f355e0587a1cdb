"""Which functions Keras compiles for sure: steps and losses of a model that is seen to be trained, not eagerly."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from flake8_hybridize.hazards.summaries import Program
from flake8_hybridize.model.module import Class, Function, Module
from flake8_hybridize.tensors.observations import Call
from flake8_hybridize.tensors.refs import function_of
from flake8_hybridize.tensors.values import CONTAINER, INSTANCE, MODEL, Value
from flake8_hybridize.verdict.callers import Callers

# What each method of a model compiles and runs (measured with Keras 3).
RUNS: dict[str, frozenset[str]] = {
    "fit": frozenset(("train_step", "call", "loss")),
    "train_on_batch": frozenset(("train_step", "call", "loss")),
    "evaluate": frozenset(("test_step", "call", "loss")),
    "test_on_batch": frozenset(("test_step", "call", "loss")),
    "predict": frozenset(("predict_step", "call")),
    "predict_on_batch": frozenset(("predict_step", "call")),
}
STEPS = frozenset(("train_step", "test_step", "predict_step", "call"))
_EAGER_SWITCHES = frozenset(
    (
        "tensorflow.config.run_functions_eagerly",
        "tensorflow.config.experimental_run_functions_eagerly",
        "keras.config.run_functions_eagerly",
    )
)
_NAMES = frozenset(("compile", *RUNS, *(name.rpartition(".")[2] for name in _EAGER_SWITCHES)))


class KerasRuns:
    """What is known of the models that the modules in sight compile and run."""

    def __init__(self, program: Program, callers: Callers) -> None:
        self.program = program
        self.callers = callers

    def of(self, function: Function) -> str:
        """The method of a model (`fit`, …) that surely compiles the function; empty if none is seen."""
        owner = function.owner
        if owner is not None and function.name in STEPS and function.parent is None:
            if self.program.engine.base_kind(owner) == "model":
                return self._run_of(owner, function.name)
        elif owner is None and function in self._losses:
            return self._losses[function]
        return ""

    def _run_of(self, owner: Class, name: str) -> str:
        for call in self._calls:
            if name in RUNS.get(call.method, ()) and not self._eager and self._is_of(call.receiver, owner):
                return call.method
        return ""

    def _is_of(self, receiver: Value | None, owner: Class) -> bool:
        cls = receiver.ref if receiver is not None and receiver.kinds & (MODEL | INSTANCE) else None
        return isinstance(cls, Class) and owner in self.program.engine.mro(cls)

    @cached_property
    def _losses(self) -> dict[Function, str]:
        """Functions given to `compile` as losses or metrics, in modules that also call `fit` or `evaluate`."""
        found: dict[Function, str] = {}
        runs = [call.method for call in self._calls if "loss" in RUNS.get(call.method, ())]
        for call in self._calls if runs and not self._eager else ():
            if call.method == "compile":
                given = [
                    *call.args[1:2],
                    *(call.kwargs[name] for name in ("loss", "metrics") if name in call.kwargs),
                ]
                for value in given:
                    parts = value.items or () if value.kinds & CONTAINER else (value,)
                    found.update((f, runs[0]) for part in parts if (f := function_of(part)) is not None)
        return found

    @cached_property
    def _eager(self) -> bool:
        """Whether something in sight runs models eagerly."""
        return any(
            call.target in _EAGER_SWITCHES
            or ("run_eagerly" in call.kwargs and call.kwargs["run_eagerly"].const is not False)
            for call in self._calls
        ) or any("run_eagerly" in module.attribute_stores for module in self._modules)

    @cached_property
    def _modules(self) -> tuple[Module, ...]:
        return tuple(module for callers in (self.callers, *self.callers.others) for module in callers.modules)

    @cached_property
    def _calls(self) -> list[Call]:
        """Calls that compile or run models, and those that switch graphs off."""
        return [call for module in self._modules for call in self._in(module)]

    def _in(self, module: Module) -> Iterator[Call]:
        if _NAMES.isdisjoint(module.attribute_loads):
            return
        bodies = [self.program.module_body(module), *(self.program.body(f) for f in module.functions)]
        for body in bodies:
            for seen in body.facts.seen(Call):
                kinds = seen.receiver.kinds if seen.receiver is not None else 0
                if seen.target in _EAGER_SWITCHES or (
                    (seen.method == "compile" or seen.method in RUNS) and kinds & (MODEL | INSTANCE)
                ):
                    yield seen
