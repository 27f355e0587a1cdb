"""What the compiler is given is the same code: tools/native.py rewrites records, cached properties and constants."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from mypy import api

from tools.native import PACKAGE, ROOT, configure, modules, native, prepare

TEXT = '''"""A module."""

from __future__ import annotations

import ast
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar, NamedTuple, TypeVar

_T = TypeVar("_T")
KINDS = {"a": 1, "b": 2}
FIRST, SECOND = KINDS["a"], KINDS["b"]
BOTH: int = FIRST | SECOND
MOVED = 1
MOVED = 2
Alias = dict[str, int]


class Pair(NamedTuple):
    """A pair."""

    left: int
    right: Any = None

    def swapped(self) -> Pair:
        return Pair(self.right, self.left)


@dataclass(frozen=True, slots=True)
class Note:
    """A note."""

    KIND: ClassVar[str] = "note"
    text: str
    line: int = 0
    parts: tuple[str, ...] = ()

    @property
    def short(self) -> str:
        return self.text[:1]


@dataclass(eq=False)
class Heap:
    """A heap."""

    items: list[int]
    names: dict[str, int] = field(default_factory=dict)
    lists: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    asked: int = field(default=0, init=False)
    size: int = field(init=False)

    def __post_init__(self) -> None:
        self.size = len(self.items)

    @cached_property
    def total(self) -> int:
        """The sum."""
        self.asked += 1
        return sum(self.items)


def kinds(*nodes: ast.AST) -> list[str]:
    found: list[ast.Name] = ["é" for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)]
    return found + ["[]" for n in nodes if isinstance(n, (ast.List,
                                                          ast.Tuple))]
'''


def executed(text: str) -> ModuleType:
    module = ModuleType("module")
    sys.modules["module"] = module
    exec(compile(text, "module", "exec"), vars(module))
    return module


@pytest.fixture(params=["as it is", "as the compiler is given it"])
def module(request: pytest.FixtureRequest) -> Iterator[Any]:
    yield executed(native(TEXT) if request.param == "as the compiler is given it" else TEXT)
    del sys.modules["module"]


def test_named_tuples_are_what_they_were(module: Any) -> None:
    pair = module.Pair(1)
    assert (pair.left, pair.right, repr(pair)) == (1, None, "Pair(left=1, right=None)")
    assert pair == module.Pair(1, None)
    assert pair != module.Pair(1, 0)
    assert pair != "Pair"
    assert {pair, module.Pair(1)} == {pair}
    assert pair._replace(right=2) == module.Pair(1, 2)
    assert (pair.right, pair._fields) == (None, ("left", "right"))
    assert module.Pair(1, 2).swapped() == module.Pair(2, 1)
    assert list(module.Pair(1, 2)) == [1, 2]
    assert sorted([module.Pair(2, 0), module.Pair(1, 1)])[0].left == 1
    assert module.Pair(1, 2)._asdict() == {"left": 1, "right": 2}
    nan = float("nan")
    assert module.Pair(1, nan) == module.Pair(1, nan)
    assert module.Pair(1, nan) != module.Pair(1, float("nan"))


def test_data_classes_are_what_they_were(module: Any) -> None:
    note = module.Note("abc", parts=("x",))
    assert repr(note) == "Note(text='abc', line=0, parts=('x',))"
    assert note == module.Note("abc", 0, ("x",))
    assert len({note, module.Note("abc", parts=("x",)), module.Note("abc")}) == 2
    assert (note.short, note.KIND) == ("a", "note")
    heap, other = module.Heap([1, 2]), module.Heap([1, 2])
    assert heap != other
    assert heap.names is not other.names
    assert module.Heap([], {"a": 1}).names == {"a": 1}
    assert heap.lists["a"] == []
    assert (heap.size, heap.asked) == (2, 0)


def test_cached_properties_are_found_out_once(module: Any) -> None:
    heap = module.Heap([1, 2])
    assert (heap.total, heap.total, heap.asked) == (3, 3, 1)


def test_constants_are_what_they_were(module: Any) -> None:
    assert (module.FIRST, module.SECOND, module.BOTH, module.MOVED) == (1, 2, 3, 2)
    assert module.Alias is not None


def test_kinds_of_nodes_are_what_they_were(module: Any) -> None:
    tree = ast.parse("a = [b]\nc, d = e")
    assert module.kinds(*ast.walk(tree)) == ["é", "é", "[]", "[]"]


def test_kinds_of_nodes_are_read_once() -> None:
    (function,) = (n for n in ast.parse(native(TEXT)).body if isinstance(n, ast.FunctionDef))
    statements = "\n".join(ast.unparse(part) for part in function.body)
    assert "ast." not in statements.replace("list[ast.Name]", "")


def test_only_what_is_bound_once_and_is_no_type_is_final() -> None:
    finals = {
        ast.unparse(node.target)
        for node in ast.parse(native(TEXT)).body
        if isinstance(node, ast.AnnAssign)
        and "_Final" in ast.unparse(node.annotation)
        and "STATIC" not in ast.unparse(node.target)
    }
    assert finals == {"KINDS", "FIRST", "SECOND", "BOTH"}


def test_a_module_without_records_and_constants_stays_as_it_is() -> None:
    text = '"""Nothing."""\n\n\ndef f() -> int:\n    return 1\n'
    assert native(text) == text


def test_the_compiler_accepts_the_types(tmp_path: Path) -> None:
    """What mypy finds would end the build, and is found sooner here."""
    configuration = tmp_path / "mypy.ini"
    files = prepare(tmp_path / "source")
    configure(configuration, tmp_path / "source", tmp_path / "types")
    out, err, status = api.run([f"--config-file={configuration}", *files])
    assert status == 0, out + err


FILES = modules(ROOT / PACKAGE)


def test_the_layers_of_the_analysis_are_compiled() -> None:
    layers = {path.relative_to(ROOT / PACKAGE).parts[0] for path in FILES}
    assert layers == {"source", "model", "knowledge", "tensors", "hazards", "verdict"}
    assert not [path for path in FILES if "tables" in path.parts]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_record_is_left_to_the_interpreter(path: Path) -> None:
    tree = ast.parse(native(path.read_text(encoding="utf-8")))
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    assert not [node.name for node in classes if any(ast.unparse(b) == "NamedTuple" for b in node.bases)]
    assert not [
        node.name for node in classes if any("dataclass" in ast.unparse(d) for d in node.decorator_list)
    ]
    assert not [
        node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == "cached_property"
    ]


def test_nothing_is_searched_for_in_a_generator() -> None:
    """`in` asks a compiled generator for `__contains__`, which it does not have."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in FILES}
    functions = [n for tree in trees.values() for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]
    generators = {f.name for f in functions if f.returns is not None and "Iter" in ast.unparse(f.returns)}
    asked = {
        f"{path.name}:{node.lineno}"
        for path, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.In, ast.NotIn))
        for call in node.comparators
        if isinstance(call, ast.Call)
        and ast.unparse(call.func).rpartition(".")[2] in generators - {"_callees"}
    }
    assert not asked
