"""Facts about public names: the only module of the knowledge package that others import.

Tables are imported when the first name of their package is looked up, so that a file that uses
NumPy only never loads TensorFlow's.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from functools import lru_cache
from types import ModuleType

from flake8_hybridize.knowledge.schema import Api, Facts, Row
from flake8_hybridize.knowledge.tables import methods, packages

TENSOR_METHODS = frozenset(methods.TENSOR_METHODS)

MOST_NAMES = 16384
"""How many names of packages are remembered: TF-Agents uses 1,500, all of a large project must fit."""

_SURFACE_FLAGS = ("class", "constant", "exception")
_NONE: Mapping[str, str] = {}
_FACTORIES = ("from_config", "from_spec")


@lru_cache(maxsize=MOST_NAMES)
def canonical(name: str) -> str:
    """Returns the canonical dotted name of a public (or much used private) name.

    `tensorflow.reduce_sum` gives `tensorflow.math.reduce_sum`, `tf_keras.layers.Dense` gives
    `keras.layers.Dense`. A name without a better one is returned as it is; TensorFlow 1 names
    (`tensorflow.compat.v1`, `tensorflow.contrib`) stay what they are.
    """
    name = _replace_prefix(name)
    for table in _tables_of(name):
        target: str | None = getattr(table, "ALIASES", _NONE).get(name)
        if target is not None:
            return target
    return _shorten_private_path(name)


@lru_cache(maxsize=MOST_NAMES)
def api(name: str) -> Api | None:
    """Returns the facts about a canonical or alias name; None if no table knows it."""
    name = canonical(name)
    tables = _tables_of(name)
    row: Row | None = next((table.ROWS[name] for table in tables if name in getattr(table, "ROWS", ())), None)
    if row is None:
        return _factory(name)
    facts: Facts | None = next(
        (table.FACTS[name] for table in tables if name in getattr(table, "FACTS", ())), None
    )
    if facts is None:
        return Api(*row)
    returns, tensors, effect, cost, flags = facts
    surface = [word for word in row[5].split() if word in _SURFACE_FLAGS]
    return Api(returns, row[1], tensors, effect, cost, " ".join([*surface, flags]).strip())


@lru_cache(maxsize=2048)
def method(kind: str, name: str) -> Api | None:
    """Returns the facts about method `name` of values of `kind`; parameters do not count `self`."""
    current: str | None = kind
    while current is not None:
        row = methods.METHODS.get(current, {}).get(name)
        if row is not None:
            return Api(*row)
        current = methods.BASES.get(current)
    return None


@lru_cache(maxsize=2048)
def attribute(kind: str, name: str) -> str | None:
    """Returns the kind of attribute `name` of values of `kind`; None if the tables do not say."""
    current: str | None = kind
    while current is not None:
        found = methods.ATTRIBUTES.get(current, {}).get(name)
        if found is not None:
            return found
        current = methods.BASES.get(current)
    return None


@lru_cache(maxsize=MOST_NAMES)
def package(name: str) -> str | None:
    """Returns the policy for a name of a known package that has no row of its own.

    `tensor`: functions compute tensors and have no side effects. `converts`: functions turn their
    arguments into NumPy arrays. `host`: host code with effects. `pure`: no effects, safe on static
    values. `v1`: graph mode of TensorFlow 1. None: nothing is known.
    """
    prefix = canonical(name)
    while prefix:
        if prefix in packages.POLICIES:
            return packages.POLICIES[prefix] or None
        prefix = prefix.rpartition(".")[0]
    return None


def _replace_prefix(name: str) -> str:
    for old, new in packages.PREFIXES:
        if name == old or name.startswith(old + "."):
            return _replace_prefix(new + name[len(old) :])
    return name


@lru_cache(maxsize=MOST_NAMES)
def _tables(prefix: str) -> tuple[ModuleType, ...]:
    names = packages.TABLES.get(prefix, packages.DEFAULT_TABLES)
    return tuple(importlib.import_module(f"flake8_hybridize.knowledge.tables.{name}") for name in names)


def _tables_of(name: str) -> tuple[ModuleType, ...]:
    """Returns the tables that could know `name`, the most specific first."""
    package, dot, _ = name.partition(".")
    if not dot:
        return ()
    for prefix in packages.SPLIT_PREFIXES.get(package, ()):
        if name.startswith(prefix + "."):
            return _tables(prefix)
    return _tables(package)


def _shorten_private_path(name: str) -> str:
    """Returns `keras.layers.Dense` for `keras.layers.core.dense.Dense` if that is a public name."""
    root, _, rest = name.partition(".")
    *middle, last = rest.split(".")
    if root not in packages.SHORTENED or not middle:
        return name
    tables = _tables_of(name)
    for candidate in (name, f"{root}.{middle[0]}.{last}", f"{root}.{last}"):
        if any(candidate in getattr(table, "ROWS", ()) for table in tables):
            return candidate
    return name


def _factory(name: str) -> Api | None:
    """Returns the facts about `Class.from_config`, which gives an instance of the class."""
    owner, _, last = name.rpartition(".")
    made = api(owner) if last in _FACTORIES else None
    if made is None or "class" not in made.flags.split():
        return None
    return made._replace(parameters="config", tensors="", flags=made.flags.replace("class", "").strip())
