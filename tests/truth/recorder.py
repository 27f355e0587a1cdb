"""What the functions of a program are given and do in a run: the truth for the fields of the report.

`python -m tests.truth.recorder FILE...` prints where the report says something else.
"""

from __future__ import annotations

import ast
import sys
import types
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import tensorflow as tf

from flake8_hybridize.analysis import analyse
from flake8_hybridize.model.project import Project
from flake8_hybridize.options import Options
from flake8_hybridize.report.functions import function_object
from flake8_hybridize.source.text import Source
from tests.truth.harness import Outcome, run

_GENERATOR = 0x20
_STARS = 0x04, 0x08


@dataclass
class Seen:
    """What a function was given, by parameter, and whether it was called by itself while it ran."""

    kinds: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    recursive: bool = False


def kind_of(value: Any) -> set[str]:
    """The words of the report that fit the value."""
    for types_, words in _KINDS:
        if isinstance(value, types_):
            return set(words.split())
    return {"object", "callable"} if callable(value) else {"object"}


_KINDS: tuple[tuple[Any, str], ...] = (
    (type(None), "none"),
    ((bool, np.bool_), "bool"),
    (np.generic, "number array"),
    ((int, float, complex), "number"),
    ((str, bytes), "string"),
    ((tf.Variable, tf.keras.Variable), "variable"),
    ((tf.data.Dataset, tf.data.Iterator), "dataset"),
    ((tf.Tensor, tf.SparseTensor, tf.RaggedTensor, tf.IndexedSlices, tf.keras.KerasTensor), "tensor"),
    (np.ndarray, "array"),
    (tf.TensorShape, "object"),
    (types.GeneratorType, "object"),
    (Collection, "container"),
)


def _definitions(node: ast.AST, prefix: str = "") -> Iterator[tuple[tuple[int, str], tuple[int, str]]]:
    """First line and name of each `def`, as code objects know it, with the line of `def` and the qualified name."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            first = min([child.lineno, *(d.lineno for d in child.decorator_list)])
            yield (first, child.name), (child.lineno, prefix + child.name)
            yield from _definitions(child, f"{prefix}{child.name}.")
        else:
            inner = f"{prefix}{child.name}." if isinstance(child, ast.ClassDef) else prefix
            yield from _definitions(child, inner)


class Recorder:
    """Profiles a run of one file; only calls of its own functions are looked at."""

    def __init__(self, text: str) -> None:
        self.definitions = dict(_definitions(ast.parse(text)))
        self.seen: dict[int, Seen] = defaultdict(Seen)
        self._stack: list[int] = []
        self._lines: dict[types.CodeType, int] = {}

    def __call__(self, frame: types.FrameType, event: str, argument: Any) -> None:
        """Sees a call or a return; a generator that goes on is neither."""
        if event not in ("call", "return"):
            return
        code = frame.f_code
        line = self._lines.get(code)
        if line is None:
            own = "truth_fixture_" in code.co_filename
            known = self.definitions.get((code.co_firstlineno, code.co_name)) if own else None
            line = self._lines[code] = known[0] if known else 0
        if not line or code.co_flags & _GENERATOR:
            return
        if event == "return":
            self._stack.pop()
            return
        self.seen[line].recursive |= line in self._stack
        self._stack.append(line)
        self._look(frame, self.seen[line])

    def _look(self, frame: types.FrameType, seen: Seen) -> None:
        code = frame.f_code
        count = code.co_argcount + code.co_kwonlyargcount + sum(bool(code.co_flags & star) for star in _STARS)
        sys.setprofile(None)
        for name in code.co_varnames[:count]:
            if name in frame.f_locals:
                seen.kinds[name].add(" ".join(sorted(kind_of(frame.f_locals[name]))))
        sys.setprofile(self)


def record(text: str) -> tuple[dict[int, Seen], Outcome]:
    """Run a program eagerly, its `drive()` included; what was seen, by the line of `def`."""
    recorder = Recorder(text)
    tf.config.run_functions_eagerly(True)
    sys.setprofile(recorder)
    try:
        outcome = run(text, {})
    finally:
        sys.setprofile(None)
        tf.config.run_functions_eagerly(False)
    return dict(recorder.seen), outcome


def reported(text: str) -> list[dict[str, Any]]:
    """The report on a program, its file alone in a folder."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "program.py"
        file.write_text(text, encoding="utf-8")
        found = analyse(Source.from_path(file), Options(), Project((Path(folder),)))
        assert found.error is None, found.error
        return [function_object(verdict) for verdict in found.verdicts]


def contradictions(functions: list[dict[str, Any]], seen: dict[int, Seen]) -> list[str]:
    """Where the report calls likely or proved what the run shows to be otherwise."""
    wrong = []
    for function in functions:
        truth = seen.get(function["line"])
        if truth is None:
            continue
        for parameter in function["parameters"][_own(function) :]:
            given = truth.kinds.get(parameter["name"], set()) - {"none"}
            fits = any(_fits(parameter["kind"], words.split()) for words in given)
            if given and parameter["kind"] != "unknown" and parameter["confidence"] != "guess" and not fits:
                wrong.append(f"{_name(function, parameter)} is given {sorted(given)}")
        if truth.recursive and not function["recursive"]:
            wrong.append(f"{function['qualname']} is recursive")
    return wrong


def unseen_tensors(functions: list[dict[str, Any]], seen: dict[int, Seen]) -> list[str]:
    """Parameters that are given tensors only, of which the report does not know it."""
    return [
        _name(function, parameter)
        for function in functions
        for parameter in function["parameters"][_own(function) :]
        if function["line"] in seen
        and seen[function["line"]].kinds.get(parameter["name"]) in ({"tensor"}, {"variable"})
        and parameter["kind"] not in ("tensor", "variable")
    ]


def _fits(kind: str, words: list[str]) -> bool:
    return kind in words or {kind, *words} <= {"tensor", "variable"}


def _own(function: dict[str, Any]) -> int:
    first = function["parameters"][:1]
    return int(bool(first) and first[0]["name"] in ("self", "cls"))


def _name(function: dict[str, Any], parameter: dict[str, str]) -> str:
    return (
        f"{function['qualname']}({parameter['name']}): {parameter['kind']}, {parameter['confidence']}, "
        f"{parameter['evidence']}"
    )


def main(arguments: list[str]) -> int:
    """Print what is wrong or missing in the report on each file."""
    for argument in arguments:
        text = Path(argument).read_text(encoding="utf-8")
        seen, outcome = record(text)
        functions = reported(text)
        rows = [f"  wrong: {row}" for row in contradictions(functions, seen)]
        rows += [f"  missing: {row}" for row in unseen_tensors(functions, seen)]
        sys.stdout.write("\n".join([f"{argument}: {outcome.error or 'ran'}", *rows, ""]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
