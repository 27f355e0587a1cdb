"""Every definition that is looked at is recorded, so that a result is found out anew when it changes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flake8_hybridize.analysis import analyse
from flake8_hybridize.model import build
from flake8_hybridize.model.module import Class, Function, Module
from flake8_hybridize.model.project import Project
from flake8_hybridize.model.reads import TABLES, WHOLE, Node
from flake8_hybridize.options import Options
from flake8_hybridize.source.text import Source

TESTS = Path(__file__).resolve().parent.parent
CONTENT: dict[type, str] = {
    Function: "node params local_names global_names nonlocal_names loads nested is_generator is_async self_stores "
    "self_reads has_inner has_loops decorator_names is_method",
    Class: "node methods assigns annotations stores",
    Module: "tree functions classes top by_node names star_imports",
}
STORED = "attribute_stores global_writes item_stores attribute_loads makes_functions has_loops"


class Watch:
    """Notes which content of definitions is read while which answer is found out."""

    def __init__(self, project: Project, patch: pytest.MonkeyPatch) -> None:
        self.reads = project.reads
        self.seen: dict[int, dict[Any, str]] = {}
        self.asleep = False
        for cls, names in CONTENT.items():
            for name in names.split():
                patch.setattr(cls, name, self._watched(getattr(cls, name), name, lambda owner: owner))
        for name in STORED.split():
            patch.setattr(Module, name, self._watched(getattr(Module, name), name, lambda m: (TABLES, m)))
        real = build.build_module

        def asleep(*arguments: Any) -> Module:
            self.asleep = True
            try:
                return real(*arguments)
            finally:
                self.asleep = False

        patch.setattr("flake8_hybridize.model.project.build_module", asleep)
        self.found: dict[int, tuple[Node, set[Node]]] = {}
        finding = project.reads.finding

        def watched(node: Node) -> Any:
            block = finding(node)
            self.found[id(block._used)] = node, block._used  # kept, so that no other set gets this id
            return block

        patch.setattr(project.reads, "finding", watched)

    def _watched(self, slot: Any, name: str, told: Any) -> property:
        def read(owner: Any) -> Any:
            caller = sys._getframe(1)
            # A module's own statements read the decorators of its functions, which are part of them.
            if not self.asleep and "decorated" not in (caller.f_code.co_name, caller.f_back.f_code.co_name):  # type: ignore[union-attr]
                place = f"{name} in {caller.f_code.co_filename}:{caller.f_lineno}"
                self.seen.setdefault(id(self.reads._now), {}).setdefault(told(owner), place)
            return slot.__get__(owner)

        return property(read, slot.__set__)

    def unrecorded(self) -> Iterator[str]:
        """What was read for an answer, but is not among what the answer rests on."""
        self.asleep = True
        nodes = {key: node for key, (node, _) in self.found.items()}
        for where, looked_at in self.seen.items():
            node = nodes.get(where)
            reached = self.reads.reached(node) if node is not None else set()
            for what, place in looked_at.items():
                if node is not None and not any(part in reached for part in _around(what)):
                    yield f"{what} for {node}: {place}"


def _around(what: Any) -> Iterator[Node]:
    """The definition and those around it, of which it is a part."""
    while what is not None:
        yield what
        if isinstance(what, Module):
            yield WHOLE, what
            return
        if isinstance(what, tuple):
            return
        what = what.parent or (what.owner if isinstance(what, Function) else None)


@pytest.mark.parametrize(
    "files",
    [
        sorted((TESTS / "projects").rglob("*.py")),
        sorted((TESTS / "fixtures").glob("HYB2*/*.py")),
        sorted((TESTS / "fixtures").glob("HYB[134]*/*.py")),
    ],
    ids=["project", "hazards", "other rules"],
)
@pytest.mark.interpreted
def test_what_is_looked_at_is_recorded(files: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    project = Project.for_paths([])
    watch = Watch(project, monkeypatch)
    for path in files:
        analyse(Source.from_path(path), Options(verdicts=True), project)
    assert watch.seen
    assert sorted(watch.unrecorded()) == []
