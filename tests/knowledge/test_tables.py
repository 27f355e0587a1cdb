"""The tables by themselves: literals only, sorted, in the vocabulary of the schema, and consistent."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import flake8_hybridize.knowledge.tables as package
from flake8_hybridize.knowledge import lookup
from flake8_hybridize.knowledge.schema import EFFECTS, FLAGS, KINDS
from flake8_hybridize.knowledge.tables import methods, packages

TABLES = sorted(
    path.stem for path in Path(str(package.__file__)).parent.glob("*.py") if path.stem != "__init__"
)
LONGEST = 2000
WITH_VALUE = {"callback", "host-callback", "deprecated", "decorator", "dtype", "base"}


def table(name: str) -> ModuleType:
    return importlib.import_module(f"{package.__name__}.{name}")


def rows() -> Iterator[tuple[str, tuple[str, str, str, str, int, str]]]:
    """Every row of every table, those of methods as `kind.method`."""
    for name in TABLES:
        yield from getattr(table(name), "ROWS", {}).items()
    for kind, known in methods.METHODS.items():
        for method, row in known.items():
            yield f"{kind}.{method}", row


def facts() -> Iterator[tuple[str, tuple[str, str, str, int, str]]]:
    for name in TABLES:
        yield from getattr(table(name), "FACTS", {}).items()


def names_of(parameters: str) -> list[str]:
    return [word.strip("*?") for word in parameters.split()]


@pytest.mark.parametrize("name", TABLES)
def test_a_table_holds_only_sorted_literals(name: str) -> None:
    path = Path(str(table(name).__file__))
    source = path.read_text(encoding="utf-8")
    assert source.count("\n") <= LONGEST
    for node in ast.parse(source).body:
        if isinstance(node, ast.ImportFrom):
            assert node.module == "flake8_hybridize.knowledge.schema"
            continue
        if isinstance(node, ast.Expr):
            assert isinstance(node.value, ast.Constant)
            continue
        assert isinstance(node, ast.AnnAssign)
        assert node.value is not None
        value = ast.literal_eval(node.value)
        for mapping in [value, *value.values()] if isinstance(value, dict) else []:
            if isinstance(mapping, dict):
                assert list(mapping) == sorted(mapping)
        for part in ast.walk(node):
            if isinstance(part, ast.Dict):
                keys = [ast.unparse(key) for key in part.keys if key is not None]
                assert len(set(keys)) == len(part.keys), "a key occurs twice"


def test_only_words_of_the_schema_are_used() -> None:
    everything = [(row[0], row[3], row[5]) for _, row in rows()] + [
        (fact[0], fact[2], fact[4]) for _, fact in facts()
    ]
    kinds = {kind.removesuffix("*") for returns, _, _ in everything for kind in returns.split("|")}
    assert kinds - set(KINDS) == set()
    assert {effect for _, effect, _ in everything} - {"", *EFFECTS} == set()
    words = {word for _, _, flags in everything for word in flags.split()}
    assert {word.partition("=")[0] for word in words} - set(FLAGS) == set()
    assert {word.partition("=")[0] for word in words if "=" in word} == WITH_VALUE
    assert words & WITH_VALUE == set(), "a value is missing"


def test_tensor_and_callback_parameters_are_parameters() -> None:
    wrong = []
    known = [*((name, lookup.api(name)) for name, _ in [*rows(), *facts()])]
    known += [(f"{k}.{n}", lookup.method(k, n)) for k, table in methods.METHODS.items() for n in table]
    for name, api in known:
        if api is None:
            continue
        parameters = names_of(api.parameters)
        wanted = [word.rstrip("~").rstrip("*") for word in api.tensors.split()]
        for flag in api.flags.split():
            if flag.startswith(("callback=", "host-callback=")):
                wanted += flag.partition("=")[2].split(",")
        wrong += [f"{name}: {word}" for word in wanted if word not in parameters]
    assert wrong == []


NEVER_TENSORS = {
    "axes", "axis", "clip_norm", "clip_value_max", "clip_value_min", "depth", "dtype", "epsilon", "keepdims",
    "maxval", "minval", "name", "num", "num_segments", "off_value", "on_value", "rate", "seed", "shape",
    "size", "training",
}  # fmt: skip


def test_parameters_that_take_python_values_are_no_evidence() -> None:
    """`tf.random.fold_in` and `split` derive a key from their seed, which is a tensor there."""
    found = {
        f"{name}: {word}"
        for name, fact in facts()
        for word in fact[1].split()
        if word.rstrip("~*") in NEVER_TENSORS and not word.endswith("~")
    }
    assert found == set()


def test_curated_rows_and_aliases_belong_to_rows() -> None:
    for prefix, names in packages.TABLES.items():
        modules = [table(name) for name in names]
        known = {row for module in modules for row in getattr(module, "ROWS", {})}
        for module in modules:
            assert set(getattr(module, "FACTS", {})) - known == set(), prefix
            assert set(getattr(module, "ALIASES", {})) & known == set(), prefix
    for name in TABLES:
        for alias, target in getattr(table(name), "ALIASES", {}).items():
            assert lookup.api(target) is not None, alias
            assert lookup.canonical(target) == target, alias


def test_every_table_is_reachable() -> None:
    named = {name for names in packages.TABLES.values() for name in names}
    assert named | set(packages.DEFAULT_TABLES) | {"methods", "packages"} == set(TABLES)
    for prefix in packages.TABLES:
        root = prefix.partition(".")[0]
        assert prefix == root or prefix in packages.SPLIT_PREFIXES[root]


def test_split_prefixes_do_not_hide_rows() -> None:
    for name, _ in rows():
        if name.partition(".")[0] in packages.TABLES:
            assert lookup.api(name) is not None, name


def test_bases_of_kinds_are_kinds() -> None:
    known = set(KINDS) | {"logger"}
    assert (
        set(methods.METHODS) | set(methods.ATTRIBUTES) | set(methods.BASES) | set(methods.BASES.values())
        <= known
    )
    for kinds in methods.ATTRIBUTES.values():
        assert {kind.removesuffix("*") for kind in kinds.values()} <= known


@pytest.mark.parametrize("policy", sorted(set(packages.POLICIES.values())))
def test_policies_are_known(policy: str) -> None:
    assert policy in ("", "tensor", "converts", "host", "pure", "v1")
