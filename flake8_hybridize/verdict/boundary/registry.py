"""Loads every file of border hazards once and asks them about a function."""

from __future__ import annotations

import importlib
import pkgutil

import flake8_hybridize.verdict.boundary as package
from flake8_hybridize.hazards.base import Signal
from flake8_hybridize.model.module import Function
from flake8_hybridize.verdict.boundary.base import FACTS, Border


def _load() -> None:
    for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda info: info.name):
        if info.name.startswith("hyb"):
            importlib.import_module(f"{package.__name__}.{info.name}")


_load()


def border_signals(known: Border, function: Function) -> tuple[Signal, ...]:
    """Hazards of the function that its surroundings make."""
    found = known.known.get(function)
    if found is None:
        found = tuple(signal for fact in FACTS for signal in fact(known, function))
        known.known[function] = found
    return found
