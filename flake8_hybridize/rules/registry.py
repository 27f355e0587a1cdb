"""Every code of the product; loading it loads each rule file once."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping

import flake8_hybridize.rules as package
from flake8_hybridize.hazards.base import Rule
from flake8_hybridize.hazards.registry import detectors
from flake8_hybridize.results import Finding
from flake8_hybridize.rules.context import Context

Report = Callable[[Context], Iterator[Finding]]


def _load() -> tuple[Mapping[str, Rule], tuple[Report, ...]]:
    rules = dict(detectors().rules)
    reports: list[Report] = []
    for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda info: info.name):
        if not info.name.startswith("hyb"):
            continue
        module = importlib.import_module(f"{package.__name__}.{info.name}")
        for rule in module.RULES:
            assert rule.code not in rules or rules[rule.code] is rule, rule.code
            rules[rule.code] = rule
        if hasattr(module, "report"):
            reports.append(module.report)
    return dict(sorted(rules.items())), tuple(reports)


RULES, REPORTS = _load()

__all__ = ["REPORTS", "RULES", "Rule"]
