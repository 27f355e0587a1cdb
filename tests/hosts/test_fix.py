"""`hybridize check --fix` and its relatives with the real analysis, on copies of examples and fixtures."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from flake8_hybridize.hosts import batch
from flake8_hybridize.hosts.cli import main
from flake8_hybridize.hosts.work import Task
from flake8_hybridize.report.run import Run

ROOT = Path(__file__).resolve().parents[2]
Command = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of its own: the marks of this repository lie above the folder of the tests."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "setup.cfg").write_text("")
    return tmp_path


@pytest.fixture
def hybridize(capfd: pytest.CaptureFixture[str]) -> Command:
    """Run the command in this process: status, standard output, standard error."""

    def run(*arguments: str) -> tuple[int, str, str]:
        capfd.readouterr()
        status = main(arguments)
        out, err = capfd.readouterr()
        return status, out, err

    return run


@pytest.fixture
def examples(here: Path) -> Path:
    """A copy of the small code base."""
    return Path(shutil.copytree(ROOT / "examples", here / "shapes", ignore=shutil.ignore_patterns("__*")))


def fixture(name: str, here: Path) -> Path:
    """A copy of a fixture without its markers."""
    lines = (ROOT / "tests" / "fixtures" / name).read_text(encoding="utf-8").splitlines()
    (here / "program.py").write_text("\n".join(line.split("  #: ")[0] for line in lines) + "\n")
    return here / "program.py"


def texts(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.py"))}


def codes(out: str) -> list[str]:
    return [line.split()[1] for line in out.splitlines()]


SAFE = {"HYB101": 1, "HYB301": 1, "HYB401": 1}
UNSAFE = {"HYB101": 2, "HYB217": 1, "HYB105": 1, "HYB201": 1, "HYB208": 1, "HYB219": 1, "HYB303": 1}


@pytest.mark.parametrize("unsafe", [False, True], ids=["safe", "unsafe"])
def test_the_examples(unsafe: bool, hybridize: Command, examples: Path) -> None:
    options = ["--unsafe-fixes"] if unsafe else []
    before, reported = texts(examples), codes(hybridize("check")[1])
    status, diff, err = hybridize("check", "--diff", *options)
    assert (status, texts(examples)) == (1, before)
    waiting = "" if unsafe else r"hybridize: \d+ fixes are unsafe: add --unsafe-fixes\n"
    assert re.fullmatch(waiting, err)
    status, out, err = hybridize("check", "--fix", *options)
    assert status == 1
    after = texts(examples)
    changed = [name for name in before if before[name] != after[name]]
    assert [f"--- a/shapes/{name}" in diff for name in before] == [name in changed for name in before]
    for name, text in after.items():
        compile(text, name, "exec")
    left = codes(out)
    for code, count in {**SAFE, **(UNSAFE if unsafe else {})}.items():
        assert reported.count(code) - left.count(code) >= count, code
    assert set(left) <= set(reported)
    assert f"in {len(changed)} files" in err
    again = hybridize("check", "--fix", *options)
    assert (again[1], texts(examples)) == (out, after)
    assert "fixed" not in again[2]


def test_the_same_in_parallel(hybridize: Command, examples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = hybridize("check", "--diff", "--unsafe-fixes", "--jobs=1")
    monkeypatch.setattr(batch, "PARALLEL_FROM", 0)
    assert hybridize("check", "--diff", "--unsafe-fixes", "--jobs=2") == alone


def test_a_switch_stays_while_it_hides_hazards(hybridize: Command, examples: Path) -> None:
    status, out, _ = hybridize(
        "check", "--fix", "--unsafe-fixes", "--select=HYB105,HYB2", "shapes/self_training.py"
    )
    assert status == 1
    assert {"HYB105", "HYB204", "HYB212"} <= set(codes(out))
    assert "run_functions_eagerly(True)" in (examples / "self_training.py").read_text()


STEP = """\
import tensorflow as tf


def mix(values: tf.Tensor, weights: tf.Tensor) -> tf.Tensor:
    for _ in range(8):
        values = tf.tanh(values * weights) + tf.sin(values) * tf.cos(weights)
    return values
"""
CALLERS = """\
import tensorflow as tf

from step import mix


def plain(values: tf.Tensor) -> tf.Tensor:
    return mix(values, tf.ones_like(values)) + mix(values, tf.zeros_like(values))


def drawn(values: tf.Tensor) -> tf.Tensor:
    return mix(values, tf.random.normal(tf.shape(values))) * mix(values, values)
"""


def test_files_are_fixed_until_nothing_is_left(hybridize: Command, here: Path) -> None:
    """A function that is covered by a proposal elsewhere is proposed itself once that proposal is gone."""
    (here / "callers.py").write_text(CALLERS)
    (here / "step.py").write_text(STEP)
    first = hybridize("check", "--fix", "--extend-select=HYB103")
    after = texts(here)
    assert hybridize("check", "--fix", "--extend-select=HYB103")[1] == first[1]
    assert texts(here) == after
    assert "@tf.function(reduce_retracing=True)\ndef plain" in after["callers.py"]
    applied = sum(text.count("@tf.function") for text in after.values())
    assert f"fixed {applied} findings in " in first[2]


def test_only_what_rests_on_a_changed_file_is_looked_at_again(
    hybridize: Command, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "callers.py").write_text(CALLERS)
    (here / "step.py").write_text(STEP)
    (here / "apart.py").write_text(STEP.replace("mix", "blend").replace("for _", "print(1)\n    for _"))
    runs: list[tuple[str, ...]] = []
    run = batch.run

    def recorded(task: Task, paths: Sequence[str]) -> Run:
        runs.append(tuple(paths))
        return run(task, paths)

    monkeypatch.setattr(batch, "run", recorded)
    assert "apart.py" not in hybridize("check", "--fix", "--extend-select=HYB103")[2]
    assert runs[0] == ()
    assert {path for paths in runs[1:] for path in paths} == {"callers.py", "step.py"}


def test_status_says_whether_something_was_rewritten_or_is_left(hybridize: Command, here: Path) -> None:
    path = fixture("HYB401/fires_relax_shapes.py", here)
    assert hybridize("check", "--fix") == (1, "", "hybridize: fixed 1 findings in 1 files\n")
    assert "@tf.function(reduce_retracing=True)" in path.read_text()
    assert hybridize("check", "--fix") == (0, "", "")
    assert hybridize("check", "--diff") == (0, "", "")


def test_a_hook_may_fail_on_what_it_rewrote_only(hybridize: Command, here: Path) -> None:
    path = fixture("HYB203/fires_class_attribute.py", here)
    assert hybridize("check", "--fix")[0] == 1
    assert hybridize("check", "--fix", "--fail-on=never")[0] == 0
    path.rename(here / "counter.py")
    fixture("HYB401/fires_relax_shapes.py", here)
    assert hybridize("check", "--fix", "--fail-on=never")[0] == 1
    assert hybridize("check", "--fix", "--fail-on=never")[0] == 0


def test_unsafe_fixes_wait_to_be_asked_for(hybridize: Command, here: Path) -> None:
    path = fixture("HYB201/fires_loss_print.py", here)
    before = path.read_text()
    status, out, err = hybridize("check", "--fix")
    note = "hybridize: 1 fix is unsafe: add --unsafe-fixes\n"
    assert (status, codes(out), err, path.read_text()) == (1, ["HYB201"], note, before)
    assert hybridize("check", "--diff") == (1, "", note)
    status, diff, err = hybridize("check", "--diff", "--unsafe-fixes")
    assert (status, err) == (1, "")
    assert '+    tf.print("loss", loss)\n' in diff
    assert hybridize("check", "--fix", "--unsafe-fixes")[:2] == (1, "")
    assert hybridize("check") == (0, "", "")


def test_what_is_silenced_is_not_fixed(hybridize: Command, here: Path) -> None:
    path = fixture("HYB401/fires_relax_shapes.py", here)
    plain = path.read_text()
    silenced = plain.replace("shapes=True)", "shapes=True)  # noqa: HYB401", 1)
    for text, options in (
        (silenced, ()),
        (plain, ("--ignore=HYB4",)),
        (plain, ("--select=HYB2",)),
        (plain, ("--per-file-ignores=program.py:HYB401",)),
        (plain, ("--tensorflow-version=2.8",)),
    ):
        path.write_text(text)
        assert hybridize("check", "--fix", "--unsafe-fixes", *options) == (0, "", ""), options
        assert path.read_text() == text


def test_formats_show_the_edits(hybridize: Command, here: Path) -> None:
    fixture("HYB401/fires_relax_shapes.py", here)
    found = json.loads(hybridize("check", "--format=json")[1])["findings"]
    assert [(f["code"], f["fix"]["applicability"], f["fix"]["edits"][0]["text"]) for f in found] == [
        ("HYB401", "safe", "reduce_retracing")
    ]
    result = json.loads(hybridize("check", "--format=sarif")[1])["runs"][0]["results"][0]
    replaced = result["fixes"][0]["artifactChanges"][0]["replacements"][0]
    assert replaced["insertedContent"]["text"] == "reduce_retracing"
