"""Edits as people make them, one at a time, at random places of a project."""

from __future__ import annotations

import ast
import os
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import TypeAlias

Lines: TypeAlias = "list[str]"
Function: TypeAlias = "ast.FunctionDef | ast.AsyncFunctionDef"
LONG_AGO = 1_600_000_000


class Editor:
    """Edits files below a folder; the clock of the files goes on, but stays long ago."""

    def __init__(self, root: Path, random: Random) -> None:
        self.root = root
        self.random = random
        self.clock = LONG_AGO

    def edit(self) -> str:
        """Makes one edit and says which."""
        while True:
            make, path = self.random.choice(EDITS), self.random.choice(self.files())
            try:
                told = make(self, path, path.read_text().split("\n"), ast.parse(path.read_bytes()))
            except (IndexError, SyntaxError):
                continue  # there is nothing of the kind in this file, or it would be no Python any more
            if told:
                return f"{make.__name__} {path.relative_to(self.root)}: {told}"

    def files(self) -> list[Path]:
        """The Python files of the project."""
        return sorted(self.root.rglob("*.py"))

    def write(self, path: Path, text: str) -> None:
        """Writes a file, long ago."""
        ast.parse(text)
        self.clock += 60
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        os.utime(path, (self.clock, self.clock))


def _functions(tree: ast.Module) -> list[Function]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def _in_a_body(editor: Editor, lines: Lines, tree: ast.Module, *texts: str) -> str:
    first = editor.random.choice(_functions(tree)).body[-1]
    text = " " * first.col_offset + editor.random.choice(texts)
    lines.insert(first.lineno - 1, text)
    return text


def comment(editor: Editor, path: Path, lines: Lines, tree: ast.Module) -> str:
    """A comment at the top moves all lines; one in a body those behind it."""
    if editor.random.random() < 0.5:
        lines[:0] = ["# a remark"] * editor.random.choice((1, 12, 120))
    else:
        _in_a_body(editor, lines, tree, "# a remark")
    editor.write(path, "\n".join(lines))
    return "remarks"


def docstring(editor: Editor, path: Path, lines: Lines, tree: ast.Module) -> str:
    """Another docstring of the module."""
    lines[0] = '"""Other words.' + lines[0].removeprefix('"""') if lines[0].startswith('"""') else lines[0]
    editor.write(path, "\n".join(lines))
    return "words"


def constant(editor: Editor, path: Path, lines: Lines, tree: ast.Module) -> str:
    """Another number."""
    numbers = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and type(node.value) is int]
    node = editor.random.choice(numbers)
    line = lines[node.lineno - 1]
    text = str(node.value + editor.random.choice((1, 90, -node.value)))  # type: ignore[operator]
    lines[node.lineno - 1] = line[: node.col_offset] + text + line[node.end_col_offset :]
    editor.write(path, "\n".join(lines))
    return text


def statement(editor: Editor, path: Path, lines: Lines, tree: ast.Module) -> str:
    """A new statement in a body: calls of functions of the module, effects, state."""
    names = [function.name for function in _functions(tree)]
    calls = [f"{name}()" for name in names] + [f"self.{name}()" for name in names]
    effects = [
        "print('now')",
        "self.count = 1",
        "global COUNT; COUNT = 1",
        "import tensorflow as tf; tf.print(1)",
    ]
    told = _in_a_body(editor, lines, tree, *calls, *effects, "raise ValueError", "return 1", "yield 1")
    editor.write(path, "\n".join(lines))
    return told


def removal(editor: Editor, path: Path, lines: Lines, tree: ast.Module) -> str:
    """A statement of a body goes."""
    bodies = [statement for function in _functions(tree) for statement in function.body]
    gone = editor.random.choice(bodies)
    lines[gone.lineno - 1 : gone.end_lineno] = [" " * gone.col_offset + "pass"]
    editor.write(path, "\n".join(lines))
    return f"line {gone.lineno}"


def decorator(editor: Editor, path: Path, lines: Lines, tree: ast.Module) -> str:
    """A decorator comes, or all go."""
    function = editor.random.choice(_functions(tree))
    if function.decorator_list and editor.random.random() < 0.5:
        del lines[function.decorator_list[0].lineno - 1 : function.lineno - 1]
    else:
        text = editor.random.choice(("@tf.function", "@property", "@staticmethod", "@classmethod"))
        lines.insert(function.lineno - 1, " " * function.col_offset + text)
    editor.write(path, "\n".join(lines))
    return function.name


def signature(editor: Editor, path: Path, lines: Lines, tree: ast.Module) -> str:
    """One more parameter."""
    function = editor.random.choice(_functions(tree))
    line = lines[function.lineno - 1]
    lines[function.lineno - 1] = line.replace("(", "(extra=None, " if "()" not in line else "(extra=None", 1)
    if ", self" in lines[function.lineno - 1]:
        lines[function.lineno - 1] = line.replace("self", "self, extra=None", 1)
    editor.write(path, "\n".join(lines))
    return function.name


def renaming(editor: Editor, path: Path, lines: Lines, tree: ast.Module) -> str:
    """Another name for a function or class, but not for its uses."""
    node = editor.random.choice([n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.ClassDef)])
    lines[node.lineno - 1] = lines[node.lineno - 1].replace(node.name, f"{node.name}_too", 1)
    editor.write(path, "\n".join(lines))
    return node.name


def base(editor: Editor, path: Path, lines: Lines, tree: ast.Module) -> str:
    """Another base of a class."""
    node = editor.random.choice([node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)])
    text = editor.random.choice(("object", "tf.Module", "tf.keras.Model", "dict"))
    lines[node.lineno - 1] = f"{' ' * node.col_offset}class {node.name}({text}):"
    editor.write(path, "\n".join(lines))
    return f"{node.name}({text})"


def addition(editor: Editor, path: Path, lines: Lines, tree: ast.Module) -> str:
    """A new definition, name, import or loop at the end of the module."""
    module = ".".join(editor.random.choice(editor.files()).relative_to(editor.root).with_suffix("").parts)
    module = module.removesuffix(".__init__")
    name = editor.random.choice(_functions(tree)).name
    new = editor.random.choice(
        (
            "def fresh(x):\n    return x\n", "class Fresh:\n    pass\n", "FRESH = 3\n", f"import {module} as fresh\n",
            f"from {module} import *\n", f"for _ in range(1000):\n    {name}(1)\n", f"{name} = None\n", "print = len\n",
        )
    )  # fmt: skip
    editor.write(path, "\n".join(lines) + new)
    return new


def deletion(editor: Editor, path: Path, lines: Lines, tree: ast.Module) -> str:
    """The file goes, unless few are left."""
    if len(editor.files()) < 12:
        return ""
    path.unlink()
    return "gone"


def shadow(editor: Editor, path: Path, lines: Lines, tree: ast.Module) -> str:
    """A new module where another one may have been found before."""
    name = editor.random.choice(("tensorflow", "numpy", "losses", "models", "settings", "base"))
    new = path.parent / editor.random.choice((f"{name}.py", f"{name}/__init__.py"))
    if new.exists():
        return ""
    editor.write(new, "def function(step):\n    print(step)\n    return step\n")
    return str(new.relative_to(editor.root))


def export(editor: Editor, path: Path, lines: Lines, tree: ast.Module) -> str:
    """The package gets a name from one of its modules."""
    if path.name == "__init__.py":
        return ""
    package = path.with_name("__init__.py")
    text = f"from .{path.stem} import {editor.random.choice(_functions(tree)).name}\n"
    editor.write(package, (package.read_text() if package.exists() else "") + text)
    return text


Edit: TypeAlias = "Callable[[Editor, Path, Lines, ast.Module], str]"
EDITS: tuple[Edit, ...] = (
    comment, comment, docstring, constant, constant, statement, statement, statement, removal, removal, decorator,
    signature, renaming, base, addition, addition, deletion, shadow, export,
)  # fmt: skip
