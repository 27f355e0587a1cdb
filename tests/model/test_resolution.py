"""Imports lead to the module that Python would import: a helper that prints is found through each of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from flake8_hybridize.analysis import analyse
from flake8_hybridize.model.project import Project
from flake8_hybridize.options import Options
from flake8_hybridize.source.text import Source

NOISY = "def helper(x):\n    print('called')\n    return x\n"
QUIET = "def helper(x):\n    return x\n"
STEP = "\n\n@tf.function\ndef step(x):\n    return {call}(x) * 2.0\n"


def step(imports: str, call: str = "helper") -> str:
    return f"import tensorflow as tf\n{imports}\n" + STEP.format(call=call)


CASES: dict[str, tuple[dict[str, str], str]] = {
    "script beside a module": ({"tools.py": NOISY, "train.py": step("from tools import helper")}, "train.py"),
    "src layout": (
        {"pyproject.toml": "", "src/pkg/__init__.py": "", "src/pkg/tools.py": NOISY, "scripts/train.py": step("from pkg.tools import helper")},
        "scripts/train.py",
    ),
    "namespace package": ({"space/tools.py": NOISY, "train.py": step("from space.tools import helper")}, "train.py"),
    "namespace package, module": ({"space/tools.py": NOISY, "train.py": step("from space import tools", "tools.helper")}, "train.py"),
    "namespace package, dotted": ({"space/tools.py": NOISY, "train.py": step("import space.tools", "space.tools.helper")}, "train.py"),
    "relative": ({"pkg/__init__.py": "", "pkg/tools.py": NOISY, "pkg/train.py": step("from .tools import helper")}, "pkg/train.py"),
    "relative, two up": (
        {"pkg/__init__.py": "", "pkg/tools.py": NOISY, "pkg/a/__init__.py": "", "pkg/a/train.py": step("from ..tools import helper")},
        "pkg/a/train.py",
    ),
    "relative, in an __init__": ({"pkg/__init__.py": step("from .tools import helper"), "pkg/tools.py": NOISY}, "pkg/__init__.py"),
    "module of a package": ({"pkg/__init__.py": "", "pkg/tools.py": NOISY, "train.py": step("from pkg import tools", "tools.helper")}, "train.py"),
    "re-export": ({"pkg/__init__.py": "from .tools import helper\n", "pkg/tools.py": NOISY, "train.py": step("from pkg import helper")}, "train.py"),
    "re-export under another name": (
        {"pkg/__init__.py": "from .tools import helper as public\n", "pkg/tools.py": NOISY, "train.py": step("import pkg", "pkg.public")},
        "train.py",
    ),
    "re-export of a re-export": (
        {"a/__init__.py": "from .b import *\n", "a/b/__init__.py": "from .c import helper\n", "a/b/c.py": NOISY, "train.py": step("from a import helper")},
        "train.py",
    ),
    "star": ({"tools.py": NOISY, "train.py": step("from tools import *")}, "train.py"),
    "star with __all__": (
        {"tools.py": "__all__ = ['_helper']\n" + NOISY.replace("helper", "_helper"), "train.py": step("from tools import *", "_helper")},
        "train.py",
    ),
    "import that may fail": (
        {"tools.py": NOISY, "train.py": step("try:\n    from tools import helper\nexcept ImportError:\n    helper = None")},
        "train.py",
    ),
    "stubs are ignored": ({"tools.pyi": QUIET, "tools.py": NOISY, "train.py": step("from tools import helper")}, "train.py"),
    "package before module": ({"tools/__init__.py": NOISY, "tools.py": QUIET, "train.py": step("from tools import helper")}, "train.py"),
    "cycle": ({"tools.py": "import train\n" + NOISY, "train.py": step("from tools import helper")}, "train.py"),
    "cycle of packages": (
        {"pkg/__init__.py": "from .train import step\nfrom .tools import helper\n", "pkg/tools.py": "from pkg import step\n" + NOISY, "pkg/train.py": step("import pkg", "pkg.helper")},
        "pkg/train.py",
    ),
    "import in a function": (
        {"tools.py": NOISY, "train.py": step("") .replace("    return", "    from tools import helper\n    return")},
        "train.py",
    ),
}  # fmt: skip


def found(root: Path, files: dict[str, str], path: str, project: Project | None = None) -> list[str]:
    for name, text in files.items():
        target = root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    project = project or Project((root, root / "src"))
    return [f.code for f in analyse(Source.from_path(root / path), Options(), project).findings]


@pytest.mark.parametrize(("files", "path"), CASES.values(), ids=CASES)
def test_the_helper_is_found(tmp_path: Path, files: dict[str, str], path: str) -> None:
    assert found(tmp_path, files, path) == ["HYB201"]


def test_what_all_leaves_out_is_not_imported(tmp_path: Path) -> None:
    tools = "__all__ = ['other']\n" + NOISY + "\n\ndef other(x):\n    return x\n"
    assert found(tmp_path, {"tools.py": tools, "train.py": step("from tools import *")}, "train.py") == []


def test_one_of_two_imports_is_no_evidence(tmp_path: Path) -> None:
    either = "try:\n    from fast import helper\nexcept ImportError:\n    from slow import helper"
    assert found(tmp_path, {"fast.py": QUIET, "slow.py": NOISY, "train.py": step(either)}, "train.py") == []


def test_site_packages_are_not_read(tmp_path: Path) -> None:
    files = {"site-packages/tools.py": NOISY, "train.py": step("from tools import helper")}
    project = Project((tmp_path, tmp_path / "site-packages"))
    assert found(tmp_path, files, "train.py", project) == []


def test_a_configured_root_is_searched(tmp_path: Path) -> None:
    files = {"lib/deep/tools.py": NOISY, "app/train.py": step("from tools import helper")}
    assert found(tmp_path, files, "app/train.py", Project((tmp_path / "lib" / "deep",))) == ["HYB201"]
    assert found(tmp_path, files, "app/train.py", Project((tmp_path,))) == []


@pytest.mark.parametrize("folder", ["pkg/models", "pkg/models/tensorflow"])
def test_a_part_of_a_package_called_tensorflow_is_not_tensorflow(tmp_path: Path, folder: str) -> None:
    packages = {f"{name}/__init__.py": "" for name in ("pkg", "pkg/models", "pkg/models/tensorflow")}
    files = {**packages, f"{folder}/train.py": step("from pkg.tools import helper"), "pkg/tools.py": NOISY}
    assert found(tmp_path, files, f"{folder}/train.py") == ["HYB201"]


def test_unsaved_text_of_an_imported_module_wins(tmp_path: Path) -> None:
    project = Project((tmp_path,))
    project.add(Source(str(tmp_path / "tools.py"), NOISY))
    files = {"tools.py": QUIET, "train.py": step("from tools import helper")}
    assert found(tmp_path, files, "train.py", project) == ["HYB201"]


def test_unsaved_text_that_changes_is_seen_by_importers(tmp_path: Path) -> None:
    project = Project((tmp_path,))
    files = {"tools.py": QUIET, "train.py": step("from tools import helper")}
    assert found(tmp_path, files, "train.py", project) == []
    project.add(Source(str(tmp_path / "tools.py"), NOISY))
    assert found(tmp_path, files, "train.py", project) == ["HYB201"]


def test_a_loop_in_unsaved_text_is_seen(tmp_path: Path) -> None:
    work = "import tensorflow as tf\n\n\ndef work(x):\n    for _ in range(9):\n        x = tf.sin(tf.cos(x)) + tf.tanh(x)\n    return x\n"
    once = "import tensorflow as tf\nfrom tools import work\n\nwork(tf.ones(3))\n"
    often = once.replace("work(tf", "while True:\n    work(tf")
    files = {"pyproject.toml": "", "tools.py": work, "train.py": once}
    project = Project((tmp_path,))
    assert found(tmp_path, files, "tools.py", project) == []
    project.add(Source(str(tmp_path / "train.py"), often))
    assert found(tmp_path, files, "tools.py", project) == ["HYB101"]
