"""The programs that are compared, in an environment of their own."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("flake8==7.3.0", "pylint==4.1.4", "ruff==0.17.6", "rich", "ast-grep-py", "attrs")
BUGBEAR = "flake8-bugbear==26.10.27"
PARSE = """
import ast, pathlib
for path in pathlib.Path(".").rglob("*.py"):
    try:
        ast.parse(path.read_bytes())
    except (SyntaxError, ValueError):
        pass
"""


@dataclass(frozen=True, slots=True)
class Program:
    """A command; `{jobs}` and `{cache}` (an empty folder, or the one of the run before) are put in."""

    name: str
    command: tuple[str, ...]
    cached: bool = False
    parallel: bool = True
    environment: Mapping[str, str] = field(default_factory=dict)


def programs(folder: Path, compiled: bool) -> dict[str, Program]:
    """All programs by a short name; the plugins of flake8 are on its path in their own runs only.

    Those whose names end in `native` are this project's with its analysis compiled, if that is wanted.
    """
    python = _environment(folder)
    bugbear = _beside(python, folder / "bugbear", BUGBEAR)
    plugin = _beside(python, folder / "plugin", str(ROOT), again=True)
    native = (
        _beside(python, folder / "native", str(ROOT), again=True, HYBRIDIZE_NATIVE="1")
        if compiled
        else plugin
    )
    flake8 = (python, "-m", "flake8", "--isolated", "--exit-zero", "-q", "--jobs", "{jobs}")
    ours = (python, "-m", "flake8_hybridize")
    common = ("--jobs", "{jobs}", "--cache-dir", "{cache}", ".")
    ours_as = {
        f"{name}{suffix}": Program(f"{name}{suffix}", command, True, environment={"PYTHONPATH": str(place)})
        for suffix, place in {"": plugin, " native": native}.items()
        for name, command in {
            "plugin": (*flake8, "--hybridize-cache-dir", "{cache}", "."),
            "check": (*ours, "check", "--fail-on", "never", *common),
            "report": (*ours, "report", *common),
        }.items()
    }
    found = (
        Program("flake8", (*flake8, ".")),
        Program("bugbear", (*flake8, "."), environment={"PYTHONPATH": str(bugbear)}),
        Program("ast.parse", (python, "-c", PARSE), parallel=False),
        Program("ruff", (_beside_python(python, "ruff"), "check", "--isolated", "--exit-zero", "-q", "--cache-dir", "{cache}", "."), True, parallel=False),
        Program("pylint", (python, "-m", "pylint", "-E", "--recursive=y", "--exit-zero", "--rcfile", os.devnull, "-j", "{jobs}", ".")),
    )  # fmt: skip
    return {**{program.name: program for program in found}, **ours_as}


def versions(folder: Path) -> str:
    """Python and the packages of the environment, in one line."""
    command = [_environment(folder), "-m", "pip", "list", "--format=freeze"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    named = [
        name for name in listed if name.startswith(("flake8", "pylint", "ruff", "pyflakes", "pycodestyle"))
    ]
    return ", ".join([f"Python {sys.version.split()[0]}", *named, BUGBEAR])


def _environment(folder: Path) -> str:
    place = folder / "venv"
    python = str(place / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))
    if not Path(python).exists():
        venv.create(place, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-q", *PACKAGES], check=True)
    return python


def _beside_python(python: str, name: str) -> str:
    return str(Path(python).with_name(name))


def _beside(python: str, target: Path, requirement: str, again: bool = False, **environment: str) -> Path:
    """A folder with one package, to be put on the path of some runs."""
    if again or not target.exists():
        command = [python, "-m", "pip", "install", "-q", "--no-deps", "--upgrade", "--target", str(target)]
        subprocess.run([*command, requirement], env={**os.environ, **environment}, check=True)
    return target
