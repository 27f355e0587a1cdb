"""`hybridize why` names the files on the way to what decided, and how far one had to look."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from flake8_hybridize.analysis import analyse
from flake8_hybridize.model.project import Project
from flake8_hybridize.options import Options
from flake8_hybridize.report.why import render
from flake8_hybridize.results import Verdict
from flake8_hybridize.source.text import Source

WHOLE = Options()
PROJECT = Path(__file__).resolve().parent.parent / "projects" / "denoise"


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PROJECT)


def verdict(place: str, options: Options = WHOLE) -> Verdict:
    path, _, name = place.partition("::")
    found = analyse(Source.from_path(Path(path)), options, Project((PROJECT,))).verdicts
    return next(v for v in found if v.qualname == name)


def test_the_way_through_other_files_is_named() -> None:
    text = render(verdict("denoise/restore.py::preview"))
    chain = [line.strip() for line in text.splitlines() if line.strip().startswith("by ")]
    assert chain == [
        "by Restorer.predict, denoise/models/base.py line 27",
        "by Wide.noise, denoise/models/wide.py line 18",
    ]


def test_a_condition_names_the_functions_that_lead_to_what_stands_against_it() -> None:
    lines = render(verdict("denoise/restore.py::preview")).splitlines()
    place = next(i for i, line in enumerate(lines) if " no hazard" in line)
    assert lines[place] == "    no      no hazard: HYB204 line 93: self.seen.append(…)"
    assert lines[place + 1].split(" → ")[1:] == [
        "Restorer.predict, denoise/models/base.py:27",
        "Wide.noise, denoise/models/wide.py:18",
    ]
    assert " → " not in lines[place + 2]


def test_what_is_unknown_is_told_from_the_function_on(tmp_path: Path) -> None:
    (tmp_path / "engine.py").write_text(
        "def outer(x, host):\n    return inner(x, host)\n\n\ndef inner(x, host):\n    host.push(1)\n    return x\n"
    )
    (tmp_path / "main.py").write_text(
        "import tensorflow as tf\nimport engine\n\n\ndef step(x, host):\n    return engine.outer(tf.sin(x), host)\n"
    )
    project = Project((tmp_path,))
    (found,) = analyse(Source.from_path(tmp_path / "main.py"), WHOLE, project).verdicts
    (met,) = (met for met in found.preconditions if met.name.startswith("nothing unknown"))
    assert met.because == "host.push, line 6"
    assert [(s.qualname, Path(s.path).name, s.line) for s in met.reasons[0].chain] == [
        ("outer", "engine.py", 2),
        ("inner", "engine.py", 6),
    ]


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        ("@tf.function\ndef step(x):\n    return x\n", "a tf.function, decorated in line 3"),
        ("def step(x):\n    return x\n\n\nfast = tf.function(step)\n", "made a tf.function in line 7"),
        (
            "def step(x):\n    return x\n\n\n@tf.function\ndef run(x):\n    return step(x)\n",
            "called by run",
        ),
    ],
)
def test_what_traces_it_is_named(tmp_path: Path, made: str, reason: str) -> None:
    (tmp_path / "a.py").write_text("import tensorflow as tf\n\n" + made)
    found = analyse(Source.from_path(tmp_path / "a.py"), WHOLE, Project((tmp_path,))).verdicts[0]
    assert f"no      not traced already: {reason}\n" in render(found)


def test_a_hazard_of_the_function_itself_has_no_way() -> None:
    found = verdict("denoise/measures.py::contrast")
    assert [hazard.chain for hazard in found.hazards] == [()]


@pytest.mark.parametrize(
    ("place", "tier"),
    [
        ("denoise/losses.py::_edges", "function"),
        ("denoise/losses.py::spread", "function"),
        ("denoise/restore.py::preview", "project"),
        ("denoise/measures.py::sharpened", "project"),
        ("denoise/data/augment.py::with_noise", "project"),
        ("denoise/models/base.py::Restorer.default", "project"),
    ],
)
def test_the_tier_is_how_far_one_had_to_look(place: str, tier: str) -> None:
    assert verdict(place).tier == tier


def test_without_imports_no_tier_is_beyond_the_module() -> None:
    alone = Options(follow_imports=False)
    for path in sorted(PROJECT.rglob("*.py")):
        found = analyse(Source.from_path(path), alone, Project((PROJECT,))).verdicts
        assert {v.tier for v in found} <= {"function", "module"}, os.fspath(path)


def test_callers_and_callees_of_the_module_are_the_tier_module() -> None:
    alone = Options(follow_imports=False)
    assert verdict("denoise/losses.py::edge_loss", alone).tier == "module"
    assert verdict("denoise/losses.py::charbonnier", alone).tier == "module"
    assert verdict("denoise/losses.py::squared", alone).tier == "function"
