"""Runs the detectors over what was seen in one body."""

from __future__ import annotations

from collections.abc import Sequence

from flake8_hybridize.hazards.base import Detector, Detectors, Signal
from flake8_hybridize.hazards.body import Body
from flake8_hybridize.hazards.registry import detectors
from flake8_hybridize.tensors.observations import Call, Observation
from flake8_hybridize.tensors.values import NO, replace

MAX_SIGNALS = 40


def own_signals(body: Body) -> list[Signal]:
    """Hazards in the body itself, each place and name once, in source order of discovery."""
    table = detectors()
    found: dict[tuple[str, str, int, int, int], Signal] = {}
    for observation in body.facts.observations:
        for detector in _interested(table, observation):
            for signal in detector(observation, body):
                _keep(found, observation, signal)
    for detector in table.by_function:
        for signal in detector(None, body):
            _keep(found, None, signal)
    return list(found.values())[:MAX_SIGNALS]


def _keep(
    found: dict[tuple[str, str, int, int, int], Signal], observation: Observation, signal: Signal
) -> None:
    if signal.condition == NO:
        return
    if observation is not None and observation.where.guarded and not signal.guarded:
        signal = replace(signal, guarded=True)
    if observation is not None and observation.where.assumed:
        signal = replace(signal, assumed=observation.where.assumed)
    node = signal.node
    key = (signal.rule.code, signal.name, node.lineno, node.col_offset, signal.param)  # type: ignore[attr-defined]
    found.setdefault(key, signal)


def _interested(table: Detectors, observation: Observation) -> Sequence[Detector]:
    found = table.by_type.get(type(observation), ())
    if not isinstance(observation, Call):
        return found
    effects = table.by_effect.get(observation.api.effect, ()) if observation.api is not None else ()
    targets = table.by_target.get(observation.target, ())
    return [*effects, *targets, *table.by_method.get(observation.method, ()), *found]
