"""Is the function traced already: by its own decorator, by who calls it, by Keras or tf.data?"""

from __future__ import annotations

from flake8_hybridize.hazards.base import Signal
from flake8_hybridize.hazards.summaries import Program
from flake8_hybridize.knowledge.contracts import TRACED_METHODS
from flake8_hybridize.model.module import Class, Function
from flake8_hybridize.results import Confidence
from flake8_hybridize.tensors.values import DATASET, YES
from flake8_hybridize.verdict.callers import Callers
from flake8_hybridize.verdict.chained import Chained
from flake8_hybridize.verdict.keras_runs import KerasRuns
from flake8_hybridize.verdict.messages import line_in


class Coverage:
    """What traces each function, in words; None where nothing does."""

    def __init__(self, program: Program, callers: Callers) -> None:
        self.program = program
        self.callers = callers
        self.keras_runs = KerasRuns(program, callers)
        self._traced = Chained[str | None](self._find, None)

    def traced_by(self, function: Function) -> str | None:
        """Who traces the function, not counting its own decorator."""
        return self._traced.of(function)

    def close(self) -> None:
        """Nothing is asked any more."""
        self._traced.close()

    def stays_eager(self, function: Function) -> bool:
        """Whether it is handed to py_function or numpy_function, which run Python."""
        return any(handed.how == "host" for handed in self.callers.hand_overs(function))

    def always_traced(self, function: Function) -> str:
        """What traces it in eager programs as well: the dataset it is a callback of, or the run of a Keras model."""
        for handed in self.callers.hand_overs(function):
            receiver = handed.call.receiver
            dataset = receiver is not None and receiver.kinds & DATASET
            if handed.how == "traced" and (dataset or handed.api.startswith("tensorflow.data.")):
                place = line_in(handed.module, handed.call.node, function.module)
                return f"{handed.api.rpartition('.')[2]}, {place}"
        run = self.keras_runs.of(function)
        sites = self.callers.calls(function) if run else []
        return run if all(site.caller is not None and self._is_traced(site.caller) for site in sites) else ""

    def is_hook(self, function: Function) -> bool:
        """Whether the method overrides one of a base class, so that a framework calls it, perhaps traced.

        What reads and writes files, or asks for NumPy arrays, is not written for a graph.
        """
        owner = function.owner
        if owner is None or function.name.startswith("__"):
            return False
        bases = self.program.engine.mro(owner)[1:]
        overrides = any(isinstance(base, Class) and function.name in base.methods for base in bases)
        return overrides and not any(map(_is_of_the_host, self.program.own(function)))

    def _find(self, function: Function) -> str | None:
        parent = function.parent
        while parent is not None:
            if self._is_traced(parent):
                return f"nested in {parent.qualname}"
            parent = parent.parent
        contract = self._contract(function)
        if contract is not None:
            return contract
        for handed in self.callers.hand_overs(function):
            if handed.how == "traced":
                return (
                    f"callback of {handed.api}, {line_in(handed.module, handed.call.node, function.module)}"
                )
            if handed.how == "hybrid" and handed.module is not function.module:
                place = line_in(handed.module, handed.call.node, function.module)
                return f"wrapped by tf.function, {place}"
            if (
                handed.how in ("run", "called")
                and handed.caller is not None
                and self._is_traced(handed.caller)
            ):
                return f"run in {handed.caller.qualname}"
        sites = self.callers.calls(function)
        if sites and all(site.caller is not None and self._is_traced(site.caller) for site in sites):
            names = sorted({site.caller.qualname for site in sites if site.caller is not None})
            return f"called by {names[0]}" + (f" and {len(names) - 1} more" if len(names) > 1 else "")
        return None

    def _is_traced(self, function: Function) -> bool:
        return self.program.is_hybrid(function) or self.traced_by(function) is not None

    def _contract(self, function: Function) -> str | None:
        if function.owner is None:
            return None
        kind = self.program.engine.base_kind(function.owner)
        if function.name in TRACED_METHODS.get(kind, ()):
            return f"Keras ({kind}.{function.name})"
        if kind in ("layer", "model", "loss", "metric") and self._overrides_unknown(
            function.owner, function.name
        ):
            return f"Keras ({kind})"
        return None

    def _overrides_unknown(self, cls: Class, name: str) -> bool:
        return name.startswith(("compute_", "_compute"))


def _is_of_the_host(signal: Signal) -> bool:
    acts = signal.effect in ("io", "host", "plot", "process", "network") or signal.rule.code == "HYB212"
    return acts and signal.confidence >= Confidence.LIKELY and signal.condition == YES
