"""Modules of the same project are found on disk as Python would import them, without importing."""

from __future__ import annotations

from pathlib import Path

import pytest

from flake8_hybridize.model.index import in_tests, project_root
from flake8_hybridize.model.module import Module
from flake8_hybridize.model.project import Project, module_name
from flake8_hybridize.source.text import Source


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def load(project: Project, path: Path) -> Module:
    return project.add(Source.from_path(path))


def test_sibling_script_is_found_beside_the_importer(tmp_path: Path) -> None:
    write(tmp_path, {"train.py": "import losses\n", "losses.py": "def mse(): ...\n"})
    project = Project()
    found = project.find("losses", load(project, tmp_path / "train.py"))
    assert found is not None
    assert found.top.keys() == {"mse"}


def test_package_root_is_above_the_topmost_init(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "src/pkg/__init__.py": "",
            "src/pkg/sub/__init__.py": "",
            "src/pkg/sub/a.py": "",
            "src/pkg/b.py": "X = 1\n",
        },
    )
    project = Project()
    importer = load(project, tmp_path / "src/pkg/sub/a.py")
    assert importer.name == "pkg.sub.a"
    found = project.find("pkg.b", importer)
    assert found is not None
    assert found.name == "pkg.b"


def test_namespace_package_is_found_from_a_root(tmp_path: Path) -> None:
    write(tmp_path, {"space/models/net.py": "def net(): ...\n", "train.py": ""})
    project = Project([tmp_path])
    assert project.find("space.models.net", load(project, tmp_path / "train.py")) is not None


def test_unsaved_text_wins_over_the_file(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": "def old(): ...\n", "b.py": "import a\n"})
    project = Project()
    project.add(Source(str(tmp_path / "a.py"), "def new(): ...\n"))
    found = project.find("a", load(project, tmp_path / "b.py"))
    assert found is not None
    assert found.top.keys() == {"new"}


def test_changed_text_voids_what_was_derived(tmp_path: Path) -> None:
    project = Project()
    path = str(tmp_path / "a.py")
    first = project.add(Source(path, "x = 1\n"))
    project.derived["something"] = object()
    assert project.add(Source(path, "x = 1\n")) is first
    assert project.derived
    assert project.add(Source(path, "x = 2\n")) is not first
    assert not project.derived


def test_unparsable_module_is_no_module(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": "import b\n", "b.py": "def (:\n"})
    project = Project()
    assert project.find("b", load(project, tmp_path / "a.py")) is None


def test_cyclic_imports_end(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": "import b\n", "b.py": "import a\n"})
    project = Project()
    a = load(project, tmp_path / "a.py")
    b = project.find("b", a)
    assert b is not None
    assert project.find("a", b) is a


def test_callers_are_files_that_mention_and_call(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "setup.cfg": "",
            "trainer.py": "import tensorflow as tf\ndef train_step(x): return x\n",
            "train.py": "import tensorflow as tf\nfrom trainer import train_step\ntrain_step(1)\n",
            "other.py": "import tensorflow as tf\ndef train_step(x): return x\ntrain_step(1)\n",
            "notes.py": "import tensorflow as tf\nimport trainer\n",
        },
    )
    project = Project()
    callers = project.callers_of(load(project, tmp_path / "trainer.py"))
    assert [Path(module.path).name for module in callers] == ["train.py"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("pkg/steps.py", False),
        ("tests/test_steps.py", True),
        ("pkg/steps_test.py", True),
        ("pkg/testing/util.py", True),
        ("contest.py", False),
    ],
)
def test_test_files_are_told_by_their_place_in_the_project(tmp_path: Path, name: str, expected: bool) -> None:
    root = tmp_path / "tests" / "project"
    write(root, {"pyproject.toml": "", name: ""})
    assert project_root(str(root / name)) == str(root)
    assert in_tests(str(root / name)) is expected


def test_module_name_of_a_package_is_the_package(tmp_path: Path) -> None:
    write(tmp_path, {"pkg/__init__.py": ""})
    assert module_name(str(tmp_path / "pkg" / "__init__.py")) == ("pkg", True)


def test_module_of_a_folder_without_init_names_its_siblings_in_full(tmp_path: Path) -> None:
    for name, text in (("core/losses.py", "import core.boxes as boxes\n"), ("core/boxes.py", "area = 1\n")):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    project = Project()
    importer = project.add(Source.from_path(tmp_path / "core" / "losses.py"))
    found = project.find("core.boxes", importer)
    assert found is not None
    assert found.path == str(tmp_path / "core" / "boxes.py")
    assert project.find("shell.boxes", importer) is None


def test_a_revised_project_leaves_the_first_one_as_it_is(tmp_path: Path) -> None:
    for name, text in {"a.py": "import b\n", "b.py": "x = 1\n"}.items():
        (tmp_path / name).write_text(text)
    project = Project((tmp_path,))
    module = project.add(Source.from_path(tmp_path / "a.py"))
    other = project.find("b", module)
    project.derived["kept"] = module
    fresh = project.revised(Source(str(tmp_path / "a.py"), "import b\n\nb.x\n"))
    revised = fresh.add(Source(str(tmp_path / "a.py"), "import b\n\nb.x\n"))
    assert revised is not module
    assert fresh.find("b", revised) is other
    assert not fresh.derived
    assert project.add(Source.from_path(tmp_path / "a.py")) is module
    assert project.derived == {"kept": module}
