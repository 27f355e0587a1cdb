"""Sentences for signals: what, where the fact sits, what to do; one line."""

from __future__ import annotations

from flake8_hybridize.hazards.base import Signal
from flake8_hybridize.model.module import Function

LONGEST = 158


def sentence(signal: Signal, function: Function) -> str:
    """The message of a hazard, without its code."""
    path = ""
    if signal.path:
        path = f" ({' → '.join((function.name, *signal.path))}, line {signal.at})"
    text = f"{function.qualname} {signal.what}{path}"
    if signal.advice and len(text) + len(signal.advice) + 2 <= LONGEST:
        text += f"; {signal.advice}"
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
