"""Loads every hazard file once; adding a hazard is adding a file to this folder."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

import flake8_hybridize.hazards as package
from flake8_hybridize.hazards.base import DETECTORS, Detectors


@cache
def detectors() -> Detectors:
    """All detectors, filed by what they react to."""
    for info in pkgutil.iter_modules(package.__path__):
        if info.name.startswith("hyb"):
            importlib.import_module(f"{package.__name__}.{info.name}")
    return DETECTORS
