"""What is called eligible in a random program does the same under TensorFlow when it is traced."""

from __future__ import annotations

import contextlib
import io
import tempfile
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from flake8_hybridize.analysis import analyse
from flake8_hybridize.model.project import Project
from flake8_hybridize.options import Options
from flake8_hybridize.source.text import Source
from tests.verdict.programs import Program, programs

tf = pytest.importorskip("tensorflow")
_serial = count()


def proposed(program: Program) -> list[str]:
    """Functions of the program, spread over a package, that are eligible."""
    with tempfile.TemporaryDirectory() as folder:
        project, found = Project((Path(folder),)), []
        for path in sorted(set(program.write(Path(folder)).values())):
            verdicts = analyse(Source.from_path(path), Options(), project).verdicts
            found += [v.qualname for v in verdicts if v.eligible and v.qualname[1:].isdigit()]
    return found


def outcome(file: Path, name: str, traced: bool) -> list[Any]:
    """What two calls of the function give, print and leave behind; AutoGraph needs the file to read the source."""
    space: dict[str, Any] = {}
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(file.read_text(), str(file), "exec"), space)
        function = space[name]
        if traced:
            function = space[name] = tf.function(function)
        values = [function(tf.constant([0.5, -1.0, scale])).numpy().tolist() for scale in (2.0, 3.0)]
    state = {key: value for key, value in sorted(space.items()) if key.startswith(("log", "count"))}
    return [values, printed.getvalue(), state]


def close(left: Any, right: Any) -> bool:
    return left[1:] == right[1:] and bool(tf.reduce_all(tf.abs(tf.subtract(left[0], right[0])) < 1e-4))


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(programs(decorated=False))
def test_what_is_eligible_does_the_same_when_traced(program: Program) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"program{next(_serial)}.py"
        file.write_text(Program(program.parts, ()).inlined())
        for name in proposed(program):
            assert close(outcome(file, name, False), outcome(file, name, True)), name
