"""Every name of the tables exists in the installed packages, with the parameters that the tables say."""

from __future__ import annotations

import enum
import importlib
import inspect
from collections.abc import Iterator
from typing import Any

import pytest

from flake8_hybridize.hazards.era import REMOVED
from flake8_hybridize.knowledge.tables import packages
from tools.api_surface import parameters

pytest.importorskip("tensorflow")

ELSEWHERE = {
    "stdlib": "checked in test_stdlib.py, which needs no TensorFlow",
    "tensorflow_addons": "its last version, 0.23, does not import beside TensorFlow 2.21",
    "third_party": "libraries that are not installed for the tests",
}
"""Tables with names that are not checked here, and why."""

ROOTS = {"keras2": ("tf_keras.api._v2.keras",), "keras": ("keras", "keras._tf_keras.keras")}
"""Modules in which names of a table are looked up, if not in the package of that name."""

CHECKED = sorted(
    name
    for tables in packages.TABLES.values()
    for name in tables
    if not name.startswith("curated_") and name not in ELSEWHERE
)


def members(name: str, mapping: str) -> Iterator[str]:
    table = importlib.import_module(f"flake8_hybridize.knowledge.tables.{name}")
    yield from getattr(table, mapping, {})


def resolve(name: str, table: str) -> Any:
    """Returns the object of a dotted name; raises AttributeError or ImportError if there is none."""
    package, _, rest = name.partition(".")
    problem: Exception = AttributeError(name)
    for root in ROOTS.get(table, (package,)):
        pytest.importorskip(root.partition(".")[0])
        try:
            return follow(importlib.import_module(root), rest.split("."))
        except (AttributeError, ImportError) as error:
            problem = error
    raise problem


def follow(value: Any, path: list[str]) -> Any:
    """Returns the attribute at `path`, importing submodules on the way."""
    for part in path:
        if not hasattr(value, part) and inspect.ismodule(value):
            value = importlib.import_module(f"{value.__name__}.{part}")
        else:
            value = getattr(value, part)
    return value


def missing(names: Iterator[str], table: str) -> list[str]:
    absent = []
    for name in names:
        try:
            resolve(name, table)
        except (AttributeError, ImportError):
            absent.append(name)
    return absent


@pytest.mark.parametrize("table", CHECKED)
def test_names_exist(table: str) -> None:
    assert missing(members(table, "ROWS"), table) == []


@pytest.mark.parametrize("table", CHECKED)
def test_aliases_are_the_same_object(table: str) -> None:
    module = importlib.import_module(f"flake8_hybridize.knowledge.tables.{table}")
    different = []
    for alias, target in getattr(module, "ALIASES", {}).items():
        origin = resolve(target, "keras" if table == "keras2" and target in KERAS_3 else table)
        same = resolve(alias, table)
        if same is not origin and not (table == "keras2" and target in KERAS_3):
            different.append(f"{alias} {target}")
    assert different == []


KERAS_3 = set(members("keras", "ROWS"))


@pytest.mark.parametrize(
    "table", [name for name in CHECKED if name not in ("private_paths", "tensorflow_v1")]
)
def test_parameters_are_those_of_the_signature(table: str) -> None:
    module = importlib.import_module(f"flake8_hybridize.knowledge.tables.{table}")
    different = []
    for name, row in getattr(module, "ROWS", {}).items():
        value = resolve(name, table)
        if not callable(value) or (inspect.isclass(value) and issubclass(value, enum.Enum)):
            continue
        found = parameters(value)
        if found is not None and found != row[1]:
            different.append(f"{name}: {row[1]} | {found}")
    assert different == []


@pytest.mark.parametrize("table", [name for name in CHECKED if name != "tensorflow_v1"])
def test_flags_tell_classes_exceptions_and_constants(table: str) -> None:
    module = importlib.import_module(f"flake8_hybridize.knowledge.tables.{table}")
    wrong = []
    for name, row in getattr(module, "ROWS", {}).items():
        value, flags = resolve(name, table), row[5].split()
        is_class = inspect.isclass(value)
        truth = {
            "class": is_class,
            "constant": not callable(value),
            "exception": is_class and issubclass(value, BaseException),
        }
        wrong += [f"{name}: {flag}" for flag, expected in truth.items() if (flag in flags) != expected]
    assert wrong == []


def test_names_of_tensorflow_1_are_gone() -> None:
    tensorflow = importlib.import_module("tensorflow")
    assert [name for name in sorted(REMOVED) if hasattr(tensorflow, name)] == []
