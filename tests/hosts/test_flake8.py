"""The plugin inside flake8: what is reported, how it is configured, and what it survives.

`flake8` runs in this process, as it does in editors, unless a test says otherwise.
"""

from __future__ import annotations

import argparse
import ast
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import flake8_hybridize
from flake8_hybridize.hosts.flake8 import Plugin
from flake8_hybridize.options import Options
from flake8_hybridize.results import Analysis
from flake8_hybridize.source.text import Source

Flake8 = Callable[..., tuple[int, str, str]]

HOT = "import tensorflow as tf\n\n\ndef step(x):  #! HYB101\n    return tf.exp(x)\n"
REPORT = "a.py:4:1: HYB101 found in def step(x):\n"


OTHERS = "--extend-ignore=E,F,W,C"
"""Silences every other plugin."""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_distribution_is_listed_once() -> None:
    command = [sys.executable, "-m", "flake8", "--version"]
    version = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert " ".join(version.split()).count(f"flake8-hybridize: {flake8_hybridize.__version__}") == 1


def test_findings_are_reported(flake8: Flake8, here: Path) -> None:
    (here / "a.py").write_text(HOT)
    assert flake8("a.py") == (1, REPORT, "")
    (here / "b.py").write_text("import os\n")
    (here / "c.py").write_text("")
    assert flake8("b.py", "c.py") == (0, "", "")


def test_columns_are_characters(flake8: Flake8, here: Path) -> None:
    (here / "a.py").write_text(
        "import tensorflow; s = '😀é'\n  \nif s:\n    é = s  #! HYB203\n", encoding="utf-8"
    )
    assert flake8("a.py")[1] == "a.py:4:5: HYB203 found in é = s\n"


def test_duplicates_are_reported_once(flake8: Flake8, here: Path) -> None:
    (here / "a.py").write_text("import tensorflow\nx = 1  #! HYB203 #! HYB101 #! HYB203\n")
    text = "found in x = 1\n"
    assert flake8("a.py")[1] == f"a.py:2:1: HYB101 {text}a.py:2:1: HYB203 {text}"


def test_failure_is_one_line_for_the_file(flake8: Flake8, here: Path) -> None:
    (here / "a.py").write_text("import tensorflow\nx = 'crash'\n")
    (here / "b.py").write_text(HOT)
    status, out, err = flake8("a.py", "b.py")
    failed, found = out.splitlines()
    assert failed.startswith("a.py:1:1: HYB900 this file could not be analysed: RecursionError: maximum")
    assert not re.search(r":\d*:\d*: ", failed.removeprefix("a.py:1:1: "))
    assert found.startswith("b.py:4:1: HYB101")
    assert (status, err) == (1, "")


def test_a_project_that_cannot_be_made_is_a_failure_of_the_file(
    flake8: Flake8, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object) -> None:
        raise FileNotFoundError("the working directory is gone")

    monkeypatch.setattr("flake8_hybridize.model.project.Project.for_paths", fail)
    (here / "a.py").write_text(HOT)
    assert "HYB900 this file could not be analysed: FileNotFoundError" in flake8("a.py")[1]


def test_noqa_is_that_of_flake8(flake8: Flake8, here: Path) -> None:
    (here / "a.py").write_text(HOT.replace("HYB101", "HYB101  # noqa: HYB1 the loop is short"))
    assert flake8("a.py") == (0, "", "")
    assert flake8("--disable-noqa", "a.py")[0] == 1


SELECTIONS = {
    "nothing": ([], {"HYB101", "HYB203"}),
    "all of ours": (["--select=HYB"], {"HYB101", "HYB203"}),
    "one": (["--select=HYB203"], {"HYB203"}),
    "others": (["--select=E1"], set()),
    "ignored": ([f"{OTHERS},HYB1"], {"HYB203"}),
    "all ignored": ([f"{OTHERS},HYB"], set()),
    "longest prefix": (["--select=HYB203,HYB101", f"{OTHERS},HYB2"], {"HYB101", "HYB203"}),
}


@pytest.mark.parametrize(("arguments", "expected"), SELECTIONS.values(), ids=SELECTIONS)
def test_selection_is_that_of_flake8(
    arguments: list[str], expected: set[str], flake8: Flake8, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "a.py").write_text(HOT + "y = 1  #! HYB203\n")
    analysed = options_seen(monkeypatch)
    assert {line.split()[1] for line in flake8(*arguments, "a.py")[1].splitlines()} == expected
    assert bool(analysed) == bool(expected), "nothing is analysed when all codes are deselected"


def options_seen(monkeypatch: pytest.MonkeyPatch) -> list[Options]:
    """The options of every analysis that is made from now on."""
    module = sys.modules["flake8_hybridize.analysis"]
    fake = module.analyse
    seen: list[Options] = []

    def analyse(source: Source, options: Options, project: object) -> Analysis:
        seen.append(options)
        result: Analysis = fake(source, options, project)
        return result

    monkeypatch.setattr(module, "analyse", analyse)
    return seen


def test_options_of_the_command_line_and_the_file(
    flake8: Flake8, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = options_seen(monkeypatch)
    (here / "a.py").write_text(HOT)
    (here / "lib" / "src").mkdir(parents=True)
    (here / "tox.ini").write_text(
        "[flake8]\nhybridize-extend-select = HYB103\nhybridize_confidence = proved\n"
        "hybridize-source-root = lib/src, lib\nhybridize-wrappers = a.b, c.d\n"
        "hybridize-no-follow-imports = on\n"
    )
    flake8("--hybridize-tensorflow-version=2.12", "a.py")
    flake8("--isolated", "a.py")
    configured, default = seen
    assert configured.extend_select == ("HYB103",)
    assert configured.confidence.label == "proved"
    assert configured.source_roots == (str(here / "lib" / "src"), str(here / "lib"))
    assert configured.wrappers == ("a.b", "c.d")
    assert configured.follow_imports is False
    assert configured.tensorflow_version == (2, 12)
    assert (default.extend_select, default.wrappers, default.follow_imports) == ((), (), True)


def test_requirements_tell_the_version(flake8: Flake8, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = options_seen(monkeypatch)
    (here / "a.py").write_text(HOT)
    (here / "requirements.txt").write_text("tensorflow<2.16\n")
    flake8("a.py")
    flake8("--hybridize-tensorflow-version=2.17", "a.py")
    assert [options.tensorflow_version for options in seen] == [(2, 15), (2, 17)]


WRONG = {
    "--hybridize-confidence=sure": "flake8: hybridize-confidence: 'sure' is not one of likely, proved",
    "--hybridize-extend-select=E5": "flake8: hybridize-extend-select: 'E5' is not a code such as HYB101",
    "--hybridize-tensorflow-version=3": "flake8: hybridize-tensorflow-version: '3' is not a version",
    "--hybridize-source-root=srcc": "flake8: hybridize-source-root: 'srcc' is not a folder",
    "--hybridize-wrappers=a-b": "flake8: hybridize-wrappers: 'a-b' is not a dotted name",
}


@pytest.mark.parametrize(("argument", "message"), WRONG.items())
def test_wrong_values_end_the_run_with_one_line(
    argument: str, message: str, flake8: Flake8, here: Path
) -> None:
    (here / "a.py").write_text(HOT)
    status, out, err = flake8(argument, "a.py")
    assert status == 1
    assert err == ""
    assert out.splitlines()[0] == "There was a critical error during execution of Flake8:"
    assert out.splitlines()[1].startswith(message)
    name, _, value = argument.removeprefix("--").partition("=")
    (here / ".flake8").write_text(f"[flake8]\n{name} = {value}\n")
    assert flake8("a.py") == (status, out, err)


def test_nothing_outlives_a_run(flake8: Flake8, here: Path) -> None:
    (here / "a.py").write_text(HOT)
    assert flake8("a.py")[1] == REPORT
    (here / "a.py").write_text(HOT.replace("HYB101", "HYB203"))
    assert flake8("a.py")[1] == REPORT.replace("HYB101", "HYB203")
    assert flake8(f"{OTHERS},HYB", "a.py")[1] == ""
    assert flake8("a.py")[1] == REPORT.replace("HYB101", "HYB203")


def test_processes_change_nothing(flake8: Flake8, here: Path) -> None:
    for name in "abcdef":
        (here / f"{name}.py").write_text(HOT)
    alone = sorted(flake8(".")[1].splitlines())
    assert len(alone) == 6
    assert sorted(flake8("-j2", ".")[1].splitlines()) == alone


EDITORS = {
    "python-lsp-server": ([], r"(.*):(\d*):(\d*): (\w*) (.*)", (2, 3, 4)),
    "vs code": (
        ["--format=%(row)d,%(col)d,%(code).1s,%(code)s:%(text)s"],
        r"(\d+),(-?\d+),\w+,(\w+\d+):[^\r\n]*",
        (1, 2, 3),
    ),
    "nvim-lint": (
        ["--format=%(path)s:%(row)d:%(col)d:%(code)s:%(text)s", "--no-show-source"],
        r"[^:]+:(\d+):(\d+):(\w+):(.*)",
        (1, 2, 3),
    ),
}


@pytest.mark.parametrize(("arguments", "pattern", "groups"), EDITORS.values(), ids=EDITORS)
def test_command_lines_of_editors(
    arguments: list[str],
    pattern: str,
    groups: tuple[int, int, int],
    flake8: Flake8,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = "# 😀 tensorflow\ns = '😀é'\nif s:\n    é = s  #! HYB203\n"

    class Stdin:
        class buffer:  # noqa: N801
            @staticmethod
            def read() -> bytes:
                return text.encode()

    monkeypatch.setattr("sys.stdin", Stdin)
    _, out, err = flake8(*arguments, "--stdin-display-name", "pkg/a.py", "-")
    match = re.fullmatch(pattern, out.rstrip("\n"))
    assert err == ""
    assert match is not None
    assert match.group(*groups) == ("4", "5", "HYB203")


def test_the_tree_is_left_as_it_is(analysis: None) -> None:
    tree = ast.parse(HOT)
    before = ast.dump(tree, include_attributes=True)
    found = list(Plugin(tree, "a.py", HOT.splitlines(keepends=True), argparse.Namespace()).run())
    assert [(line, column, text) for line, column, text, _ in found] == [
        (4, 0, "HYB101 found in def step(x):")
    ]
    assert ast.dump(tree, include_attributes=True) == before


def test_files_without_tensorflow_load_nothing(here: Path) -> None:
    program = """
import ast, sys
from argparse import Namespace
from flake8_hybridize.hosts.flake8 import Plugin
from flake8_hybridize.options import Options
from flake8_hybridize.results import Analysis
from flake8_hybridize.source.text import Source
before = set(sys.modules)
assert not list(Plugin(ast.parse("import os"), "a.py", ["import os"], Namespace()).run())
sys.exit(len(set(sys.modules) - before))
"""
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
