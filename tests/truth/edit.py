"""Edits that turn a fixture into its eager and its traced version, by the spans of its tree."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from tests.truth.header import Header

IDENTITY = "truth_identity_"
TRACED = "truth_traced_"
COUNT = "truth_count_"
FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
_PRIVATE = ("def_function", "polymorphic_function")
_TENSORFLOW = ("tensorflow", "tensorflow.compat.v2", "tensorflow.compat.v1")


@dataclass(frozen=True, slots=True)
class Versions:
    """The two texts to run; `counted` is False where the target is not a `def`."""

    eager: str
    traced: str
    counted: bool


class Program:
    """A fixture's tree with the names that stand for `tf.function` in it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tree = ast.parse(text)
        self.starts = [0]
        for line in text.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))
        self.lines = text.splitlines(keepends=True)
        self.modules: set[str] = set()
        self.functions: set[str] = set()
        self._bind_imports()
        self.wrappers = self._wrappers()

    def _bind_imports(self) -> None:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    if alias.name in _TENSORFLOW:
                        self.modules.add(alias.asname or alias.name)
            elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "tensorflow":
                for alias in node.names:
                    if alias.name == "function":
                        self.functions.add(alias.asname or alias.name)
                    elif f"{node.module}.{alias.name}" in _TENSORFLOW:
                        self.modules.add(alias.asname or alias.name)

    def is_tf_function(self, node: ast.AST) -> bool:
        """Whether the expression itself is `tf.function`, under whatever name it was imported."""
        if isinstance(node, ast.Name):
            return node.id in self.functions
        if not isinstance(node, ast.Attribute):
            return False
        owner = ast.unparse(node.value)
        if node.attr == "function":
            return owner in self.modules or owner.split(".")[-1] in _PRIVATE
        return False

    def mentions(self, node: ast.AST) -> bool:
        """Whether `tf.function` or a local wrapper of it occurs in the tree below `node`."""
        return any(self.is_tf_function(n) or self._is_wrapper(n) for n in ast.walk(node))

    def _is_wrapper(self, node: ast.AST) -> bool:
        if isinstance(node, ast.Name):
            return node.id in self.wrappers
        return isinstance(node, ast.Attribute) and node.attr in self.wrappers

    def _wrappers(self) -> set[str]:
        """Names of this module that make a hybrid function: `graph = tf.function`, `def compiled(f)`."""
        found: set[str] = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Assign) and self._makes_decorator(node.value):
                found.update(t.id for t in node.targets if isinstance(t, ast.Name))
            elif isinstance(node, FunctionNode) and self._applies_to_parameter(node):
                found.add(node.name)
        return found

    def _makes_decorator(self, value: ast.expr) -> bool:
        if isinstance(value, ast.Call):
            is_partial = ast.unparse(value.func).split(".")[-1] == "partial"
            if not is_partial and not (self.is_tf_function(value.func) and not value.args):
                return False
            return any(self.is_tf_function(n) for n in ast.walk(value))
        if isinstance(value, ast.IfExp):
            return self._makes_decorator(value.body) or self._makes_decorator(value.orelse)
        return self.is_tf_function(value)

    def _applies_to_parameter(self, node: FunctionNode) -> bool:
        own = {a.arg for a in (*node.args.posonlyargs, *node.args.args)}
        own |= {a.arg for n in ast.walk(node) if isinstance(n, FunctionNode) for a in n.args.args}
        for call in (n for n in ast.walk(node) if isinstance(n, ast.Call)):
            takes = any(isinstance(a, ast.Name) and a.id in own for a in call.args)
            if takes and any(self.is_tf_function(n) for n in ast.walk(call.func)):
                return True
        return False

    def find(self, qualname: str) -> FunctionNode | None:
        """Return the `def` of a qualified name, looking through `if` and `with` around it."""
        node: ast.AST = self.tree
        for part in qualname.split("."):
            hits = [n for n in _scope(node) if isinstance(n, FunctionNode | ast.ClassDef) and n.name == part]
            if not hits:
                return None
            node = hits[-1]
        return node if isinstance(node, FunctionNode) else None

    def offset(self, line: int, byte_column: int) -> int:
        """Return the character offset of a position as `ast` gives it."""
        return self.starts[line - 1] + len(self.lines[line - 1].encode()[:byte_column].decode())

    def span(self, node: ast.expr) -> tuple[int, int]:
        """Return the character offsets of an expression."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        start = self.offset(node.lineno, node.col_offset)
        return start, self.offset(node.end_lineno, node.end_col_offset)

    def handed_to_tf_function(self, name: str) -> bool:
        """Whether `tf.function` or a wrapper of it is called with the function of that name."""
        for call in ast.walk(self.tree):
            if not isinstance(call, ast.Call) or not self.mentions(call.func):
                continue
            for argument in [*call.args, *(k.value for k in call.keywords)]:
                if ast.unparse(argument).split(".")[-1] == name:
                    return True
        return False


def _scope(node: ast.AST) -> Iterator[ast.AST]:
    """Nodes of one scope, without going into nested functions and classes."""
    for child in ast.iter_child_nodes(node):
        yield child
        if not isinstance(child, FunctionNode | ast.ClassDef | ast.Lambda):
            yield from _scope(child)


def versions(text: str, header: Header) -> Versions:
    """Return the eager and the traced text of a fixture."""
    program = Program(text)
    target = program.find(header.target)
    replaced = TRACED if header.xla or header.options else None
    if target is None:
        named = [
            n for n in ast.walk(program.tree) if isinstance(n, ast.Assign) and _assigns(n, header.target)
        ]
        if not named:
            raise LookupError(f"no function {header.target}")
        return Versions(_swap(program, program.tree, IDENTITY), _swap(program, program.tree, replaced), False)
    count = _counter(program, target)
    direct = [d for d in target.decorator_list if any(program.is_tf_function(n) for n in ast.walk(d))]
    wrapped = any(program.mentions(d) for d in target.decorator_list)
    if direct:
        eager = _swap(program, direct, IDENTITY)
        return Versions(eager, _swap(program, direct, replaced, count), True)
    if wrapped or program.handed_to_tf_function(target.name):
        eager = _swap(program, program.tree, IDENTITY)
        return Versions(eager, _swap(program, program.tree, replaced, count), True)
    start = program.starts[target.lineno - 1]
    decorate = (start, start, f"{' ' * target.col_offset}@{TRACED}\n")
    return Versions(text, _apply(text, [decorate, count]), True)


def _assigns(node: ast.Assign, qualname: str) -> bool:
    last = qualname.split(".")[-1]
    return any(ast.unparse(t).split(".")[-1] == last for t in node.targets)


Replacement = tuple[int, int, str]


def _swap(program: Program, where: ast.AST | list[ast.expr], name: str | None, *more: Replacement) -> str:
    """Put `name` in the place of every `tf.function` below `where`."""
    roots: list[ast.AST] = [*where] if isinstance(where, list) else [where]
    edits = list(more)
    if name is not None:
        for node in (n for root in roots for n in ast.walk(root)):
            if isinstance(node, ast.expr) and program.is_tf_function(node):
                edits.append((*program.span(node), name))
    return _apply(program.text, edits)


def _counter(program: Program, target: FunctionNode) -> Replacement:
    """A call that counts the runs of the body, before its first statement after the docstring."""
    body = target.body
    has_docstring = ast.get_docstring(target, clean=False) is not None
    first = body[1] if has_docstring and len(body) > 1 else body[0]
    line = min([first.lineno, *(d.lineno for d in getattr(first, "decorator_list", []))])
    before = program.lines[line - 1][: first.col_offset]
    if before.strip():
        offset = program.offset(first.lineno, first.col_offset)
        return offset, offset, f"{COUNT}(); "
    start = program.starts[line - 1]
    return start, start, f"{before}{COUNT}()\n"


def _apply(text: str, edits: list[Replacement]) -> str:
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text
