"""Compiles the analysis with mypyc: same code, same results, in less time.

    python tools/native.py FOLDER        a copy of the package, compiled, to be put on the path
    HYBRIDIZE_NATIVE=1 pip install .     the wheel with it (setup.py asks `extensions`)

Records are named tuples and frozen dataclasses, which Python makes quickly and mypyc not at all: it leaves them to the
interpreter. So the compiler is given another text of the same modules, in which each record is a plain class (a C
struct then), a cached property is an attribute beside a property, and a module's constants are `Final`, so that they
are read without a look into a dictionary. What is installed beside the compiled modules is the unchanged source.
https://mypyc.readthedocs.io/en/stable/native_classes.html
"""

from __future__ import annotations

import argparse
import ast
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, TypeGuard

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "flake8_hybridize"
COMPILED = ("source/tree.py", "source/compact.py", "model", "knowledge", "tensors", "hazards", "verdict")
"""What the profile shows. Tables are data; what runs once a file or less is not worth a longer build."""
LEFT_OUT = ("__init__.py", "tables")
ENUMERATIONS = ("Confidence", "Decision", "Severity")

_IMPORTS = """
from collections.abc import Iterator as _Iterator
from typing import Any as _Any, ClassVar as _ClassVar, Final as _Final
"""


class _Field(NamedTuple):
    """One field of a record: its annotation, and the expression of its default or of what makes it."""

    name: str
    annotation: str
    default: str | None
    factory: str | None
    given: bool


def native(text: str) -> str:
    """The module as the compiler is given it; the text itself if there is nothing to change."""
    new = _statics(_constants(_properties(_records(text))))
    return new if new == text else _changed(new, [(_head(new) + 1, _head(new), _IMPORTS)])


def _head(text: str) -> int:
    """The last line of the docstring and of `from __future__ import annotations`."""
    first, *others = ast.parse(text).body
    futures = [node for node in (first, *others[:1]) if isinstance(node, ast.ImportFrom)]
    return (next((n for n in futures if n.module == "__future__"), first)).end_lineno or 0


def _changed(text: str, changes: list[tuple[int, int, str]]) -> str:
    """The text with the lines from one number to another replaced."""
    lines = text.splitlines(keepends=True)
    for first, last, new in sorted(changes, reverse=True):
        lines[first - 1 : last] = [new]
    return "".join(lines)


# ---------------------------------------------------------------------- records
def _records(text: str) -> str:
    classes = (node for node in ast.parse(text).body if isinstance(node, ast.ClassDef))
    return _changed(
        text,
        [
            (_first_line(node), node.end_lineno or 0, _struct(text, node))
            for node in classes
            if _is_record(node)
        ],
    )


def _first_line(node: ast.ClassDef | ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def _is_record(node: ast.ClassDef) -> bool:
    return _is_named_tuple(node) or _options(node) is not None


def _is_named_tuple(node: ast.ClassDef) -> bool:
    return any(isinstance(base, ast.Name) and base.id == "NamedTuple" for base in node.bases)


def _options(node: ast.ClassDef) -> dict[str, Any] | None:
    """The arguments of `@dataclass`."""
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Name) and decorator.id == "dataclass":
            return {}
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "dataclass":
            return {k.arg: ast.literal_eval(k.value) for k in decorator.keywords if k.arg is not None}
    return None


def _struct(text: str, node: ast.ClassDef) -> str:
    """The class, written out: what NamedTuple or `dataclass` make of it."""
    fields = list(_fields(node))
    bases = [ast.unparse(base) for base in node.bases if ast.unparse(base) != "NamedTuple"]
    options = _options(node)
    own = {part.name for part in node.body if isinstance(part, ast.FunctionDef)}
    written = [
        f"class {node.name}{'(' + ', '.join(bases) + ')' if bases else ''}:",
        *(f"    {field.name}: {field.annotation}" for field in fields),
        *([f"    _fields: _ClassVar[_Any] = ({''.join(f'{f.name!r}, ' for f in fields)})"] if options is None else []),
        *_method("__init__", "".join(f", {_parameter(field)}" for field in fields if field.given), "None", [
            *(f"self.{field.name} = {value}" for field in fields if (value := _initial(field)) is not None),
            *(["self.__post_init__()"] if "__post_init__" in own else []),
        ]),
    ]  # fmt: skip
    for name, method in _methods(node.name, fields, options).items():
        if name not in own:
            written += method
    lines = text.splitlines(keepends=True)
    kept = [part for part in node.body if not _is_field(part) and not isinstance(part, ast.Expr)]
    rest = ["".join(lines[_first_line(part) - 1 : part.end_lineno]) for part in kept]
    return "\n".join([*written, *rest]) + "\n"


def _is_field(part: ast.stmt) -> TypeGuard[ast.AnnAssign]:
    return isinstance(part, ast.AnnAssign) and not ast.unparse(part.annotation).startswith("ClassVar")


def _fields(node: ast.ClassDef) -> Iterator[_Field]:
    for part in node.body:
        if _is_field(part):
            value, given = part.value, {}
            if isinstance(value, ast.Call) and ast.unparse(value.func) == "field":
                given = {k.arg: k.value for k in value.keywords}
                value = given.get("default")
            factory = given.get("default_factory")
            yield _Field(
                ast.unparse(part.target),
                ast.unparse(part.annotation),
                None if value is None else ast.unparse(value),
                None if factory is None else ast.unparse(factory),
                "init" not in given or ast.literal_eval(given["init"]),
            )


def _parameter(field: _Field) -> str:
    if field.factory is not None:
        return f"{field.name}: {field.annotation} | None = None"
    return f"{field.name}: {field.annotation}" + ("" if field.default is None else f" = {field.default}")


def _initial(field: _Field) -> str | None:
    """What the field is set to; None if `__post_init__` sets it."""
    if field.factory is not None:
        made = f"({field.factory})()"
        return f"{field.name} if {field.name} is not None else {made}" if field.given else made
    return field.name if field.given else field.default


def _methods(name: str, fields: list[_Field], options: dict[str, Any] | None) -> dict[str, list[str]]:
    """The methods that are made where the class has none of the name."""
    values = "".join(f"self.{field.name}, " for field in fields)
    shown = ", ".join(f"{field.name}={{self.{field.name}!r}}" for field in fields)
    copied = ", ".join(f"self.{field.name}" for field in fields if field.given)
    made = {
        "__repr__": _method("__repr__", "", "str", [f'return f"{name}({shown})"']),
        "_replace": _method("_replace", ", **changes: _Any", name, [
            f"new = {name}({copied})",
            "for key, value in changes.items():",
            "    setattr(new, key, value)",
            "return new",
        ]),
    }  # fmt: skip
    if options is None:
        made |= {
            "__iter__": _method("__iter__", "", "_Iterator[_Any]", [f"return iter(({values}))"]),
            "__lt__": _method("__lt__", f", other: {name}", "bool", ["return tuple(self) < tuple(other)"]),
            "_asdict": _method("_asdict", "", "dict[str, _Any]", ["return dict(zip(self._fields, self))"]),
        }
    if options is None or options.get("eq", True):
        made["__eq__"] = _method("__eq__", ", other: object", "bool", _equal(name, fields))
        if options is None or options.get("frozen"):
            made["__hash__"] = _method("__hash__", "", "int", [f"return hash(({values}))"])
    return made


def _equal(name: str, fields: list[_Field]) -> list[str]:
    """Field by field, as tuples are compared: what is the same object is equal."""
    lines = ["if self is other:", "    return True", f"if not isinstance(other, {name}):", "    return False"]
    for field in fields:
        mine, theirs = f"self.{field.name}", f"other.{field.name}"
        same = "" if field.annotation in ("int", "str", "bool") else f"{mine} is not {theirs} and "
        lines += [f"if {same}{mine} != {theirs}:", "    return False"]
    return [*lines, "return True"]


def _method(name: str, parameters: str, returns: str, body: list[str]) -> list[str]:
    return ["", f"    def {name}(self{parameters}) -> {returns}:", *(f"        {line}" for line in body)]


# ---------------------------------------------------------------------- cached properties
def _properties(text: str) -> str:
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            for decorator in node.decorator_list:
                if isinstance(decorator, ast.Name) and decorator.id == "cached_property":
                    found.append((decorator.lineno, node.body[0].lineno - 1, _property(node)))
    return _changed(text, found)


def _property(node: ast.FunctionDef) -> str:
    """The head of the method as one that is asked once, by a property that keeps the answer."""
    name, kind = node.name, ast.unparse(node.returns) if node.returns is not None else "_Any"
    return f"""    _kept_{name}: {kind}
    _has_{name}: bool = False

    @property
    def {name}(self) -> {kind}:
        if not self._has_{name}:
            self._kept_{name} = self._find_{name}()
            self._has_{name} = True
        return self._kept_{name}

    def _find_{name}(self) -> {kind}:
"""


# ---------------------------------------------------------------------- constants
def _constants(text: str) -> str:
    tree = ast.parse(text)
    nodes = list(ast.walk(tree))
    bound = Counter(n.id for n in nodes if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load))
    bound.update(
        name for node in nodes if isinstance(node, ast.Global) for name in (*node.names, *node.names)
    )
    found = []
    for node in tree.body:
        parts = list(_bindings(node))
        if parts and all(name.isupper() and bound[name] == 1 and not _is_type(v) for name, _, v in parts):
            lines = [_final(text, name, annotation, value) for name, annotation, value in parts]
            found.append((node.lineno, node.end_lineno or 0, "".join(lines)))
    return _changed(text, found)


def _bindings(node: ast.stmt) -> Iterator[tuple[str, str, ast.expr]]:
    """The names a statement binds, each with its annotation and value."""
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
        annotation = ast.unparse(node.annotation)
        if "TypeAlias" not in annotation:
            yield node.target.id, annotation, node.value
    elif isinstance(node, ast.Assign) and len(node.targets) == 1:
        target, value = node.targets[0], node.value
        if isinstance(target, ast.Name):
            yield target.id, "", value
        elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            for name, part in zip(target.elts, value.elts):
                yield ast.unparse(name), "", part


def _is_type(value: ast.expr) -> bool:
    """Whether the value may be a type, whose name mypy takes for an alias, or a type variable."""
    if isinstance(value, ast.Call):
        return ast.unparse(value.func) == "TypeVar"
    if isinstance(value, ast.BinOp):
        return _is_type(value.left) or _is_type(value.right)
    if isinstance(value, ast.Subscript):
        return not ast.unparse(value.value).isupper()
    return isinstance(value, ast.Attribute) or (isinstance(value, ast.Name) and not value.id.isupper())


def _final(text: str, name: str, annotation: str, value: ast.expr) -> str:
    kind = f"_Final[{annotation}]" if annotation else "_Final"
    return f"{name}: {kind} = ({ast.get_source_segment(text, value)})\n"


# ---------------------------------------------------------------------- what is read off a module or enumeration
class _Reads(ast.NodeVisitor):
    """The places in functions where a kind of node (`ast.Name`), or a member of an enumeration, is read; no annotations."""

    def __init__(self) -> None:
        self.found: list[ast.expr] = []
        self._depth = 0

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._depth += 1
        for part in node.body:
            self.visit(part)
        self._depth -= 1

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.value)

    def visit_Call(self, node: ast.Call) -> None:
        kinds = node.args[1] if ast.unparse(node.func) == "isinstance" else None
        if self._depth and isinstance(kinds, ast.Tuple) and all(map(_is_static, kinds.elts)):
            self.found.append(kinds)
            self.visit(node.args[0])
        else:
            self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if self._depth and _is_static(node):
            self.found.append(node)
        else:
            self.generic_visit(node)


def _is_static(node: ast.expr) -> bool:
    if not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Name):
        return False
    if node.value.id == "ast":
        return isinstance(getattr(ast, node.attr, None), type)
    return node.value.id in ENUMERATIONS


def _statics(text: str) -> str:
    """Each of these read once, into a `Final` of the module."""
    reads = _Reads()
    tree = ast.parse(text)
    reads.visit(tree)
    names: dict[str, str] = {}
    lines = [line.encode() for line in text.splitlines(keepends=True)]
    for node in sorted(reads.found, key=lambda node: (node.lineno, node.col_offset), reverse=True):
        name = names.setdefault(ast.unparse(node), f"_STATIC_{len(names)}")
        first, last = node.lineno - 1, (node.end_lineno or 0) - 1
        new = lines[first][: node.col_offset] + name.encode() + lines[last][node.end_col_offset :]
        lines[first : last + 1] = [new]
    last_import = max(
        (node.end_lineno or 0 for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))),
        default=0,
    )
    finals = "".join(f"{name}: _Final = {read}\n" for read, name in names.items())
    lines[last_import:last_import] = [finals.encode()]
    return b"".join(lines).decode()


# ---------------------------------------------------------------------- the build
def modules(package: Path) -> list[Path]:
    """The files that are compiled, in a package folder."""
    found: list[Path] = []
    for part in COMPILED:
        path = package / part
        found += [path] if path.is_file() else sorted(path.rglob("*.py"))
    return [path for path in found if not {*path.relative_to(package).parts} & {*LEFT_OUT}]


def prepare(folder: Path) -> list[str]:
    """Writes the package into the folder as the compiler is given it; the files to compile."""
    package = folder / PACKAGE
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ROOT / PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__", "*.so", "*.pyd"))
    files = modules(package)
    for path in files:
        path.write_text(native(path.read_text(encoding="utf-8")), encoding="utf-8")
    return [str(path) for path in files]


def configure(config: Path, source: Path, cache: Path) -> None:
    """Writes the settings that the compiler checks types with."""
    config.write_text(
        f"[mypy]\nmypy_path = {source}\nexplicit_package_bases = True\nignore_missing_imports = True\n"
        f"cache_dir = {cache}\n"
    )


def extensions(folder: Path) -> list[Any]:
    """The extension modules of the wheel, their C code made under the folder. Needs mypy, and a C compiler later."""
    from mypyc.build import mypycify

    files = prepare(folder / "source")
    config = folder / "mypy.ini"
    configure(config, folder / "source", folder / "types")
    found: list[Any] = mypycify(
        [f"--config-file={config}", *files], opt_level="2", multi_file=True, target_dir=str(folder)
    )
    return found


def main() -> int:
    """Compiles the package into a folder; 0, or what pip ends with."""
    parser = argparse.ArgumentParser(description="Compile the analysis with mypyc.")
    parser.add_argument("folder", type=Path, help="where the compiled package goes")
    folder = parser.parse_args().folder.resolve()
    for old in (ROOT / "build").glob("lib*"):
        shutil.rmtree(old)  # setuptools would put what is left there into the wheel
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--upgrade",
    ]
    return subprocess.run(
        [*command, "--target", str(folder), str(ROOT)],
        env={**os.environ, "HYBRIDIZE_NATIVE": "1"},
        check=False,
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
