"""Counts the work of analyses; `python -m tests.work.counting` records what the corpus of this repository takes.

Record only when more work is meant, and say why in the commit.
"""

from __future__ import annotations

import cProfile
import json
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from flake8_hybridize.analysis import analyse
from flake8_hybridize.model.project import Effort, Project
from flake8_hybridize.options import Options
from flake8_hybridize.source.text import Source

ROOT = Path(__file__).resolve().parent.parent.parent
RECORDED = Path(__file__).with_name("recorded.json")
FINDINGS = Options(verdicts=False)


def effort(files: Iterable[Path], options: Options, project: Project) -> Effort:
    """What the analysis of the files costs."""
    for path in files:
        analysis = analyse(Source.from_path(path), options, project)
        assert analysis.error is None, (path, analysis.error)
    return project.effort


def calls(files: Iterable[Path], folder: Path) -> tuple[int, Effort]:
    """How many Python functions are called for the analysis of the files, and its effort."""
    profile = cProfile.Profile(subcalls=False, builtins=False)
    profile.enable()
    try:
        spent = effort(files, FINDINGS, Project((folder,)))
    finally:
        profile.disable()
    return sum(entry.callcount for entry in profile.getstats()), spent


def measured() -> dict[str, dict[str, float]]:
    """Work per thousand lines: of the fixtures one by one, and of `examples/` as a project."""
    fixtures = sorted((ROOT / "tests" / "fixtures").glob("*/*.py"))
    alone = Effort()
    for path in fixtures:
        spent = _counts(effort([path], Options(follow_imports=False), Project((path.parent,))))
        for name, number in spent.items():
            setattr(alone, name, getattr(alone, name) + number)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "examples"
        shutil.copytree(ROOT / "examples", root)
        (root / "pyproject.toml").touch()  # a project of its own, whatever is around it
        files = sorted(root.rglob("*.py"))
        together = effort(files, Options(), Project((root,)))
        return {
            "fixtures": _per_thousand_lines(_counts(alone), fixtures),
            "examples": _per_thousand_lines(_counts(together), files),
        }


def _counts(spent: Effort) -> dict[str, int]:
    return {
        name: getattr(spent, name) for name in ("modules", "steps", "observations", "summaries", "signals")
    }


def _per_thousand_lines(spent: Mapping[str, int], files: Iterable[Path]) -> dict[str, float]:
    lines = sum(path.read_bytes().count(b"\n") for path in files)
    return {name: round(1000 * number / lines, 1) for name, number in spent.items()}


if __name__ == "__main__":
    RECORDED.write_text(json.dumps(measured(), indent=2) + "\n", encoding="utf-8")
