"""Each link between the modules of a project is needed for one right verdict: cut it, and the verdict changes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flake8_hybridize.analysis import analyse
from flake8_hybridize.model.module import Function, Module
from flake8_hybridize.model.project import Project
from flake8_hybridize.options import Options
from flake8_hybridize.results import Confidence, Verdict
from flake8_hybridize.source.text import Source
from flake8_hybridize.tensors import attributes, calls, decorators, expressions, loops, statements, targets
from flake8_hybridize.tensors.engine import Engine
from flake8_hybridize.tensors.refs import Partial
from flake8_hybridize.tensors.values import IMPORT, UNKNOWN_VALUE, Value
from flake8_hybridize.verdict import callers
from tests.rules.test_fixtures import expected

ROOT = Path(__file__).resolve().parent.parent / "projects" / "denoise"
FILES = sorted(ROOT.rglob("*.py"))
Cut = Callable[[pytest.MonkeyPatch], None]


def verdict(place: str) -> Verdict:
    """The verdict on `file::qualname` of the project, looked at alone as an editor does."""
    path, _, name = place.partition("::")
    found = analyse(Source.from_path(ROOT / path), Options(), Project((ROOT,))).verdicts
    return next(v for v in found if v.qualname == name)


def codes(place: str) -> list[str]:
    return [h.code for h in verdict(place).hazards if h.confidence >= Confidence.LIKELY]


def decision(place: str) -> str:
    return verdict(place).decision.value


def blockers(place: str) -> tuple[str, ...]:
    return verdict(place).blockers


def hybrid(place: str) -> bool:
    return verdict(place).hybrid


def heat(place: str) -> str:
    return verdict(place).heat


def traced_by(place: str) -> str | None:
    return verdict(place).traced_by


def nothing(*_: Any, **__: Any) -> None:
    return None


def unknown(*_: Any, **__: Any) -> Value:
    return UNKNOWN_VALUE


def cut(target: object, name: str, replacement: Callable[..., Any]) -> Cut:
    """Cuts a link by replacing the one function that resolves it."""
    return lambda patch: patch.setattr(target, name, replacement)


def _no_bases(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Engine, "mro", lambda engine, cls: (cls, "?"))


def _no_partial(patch: pytest.MonkeyPatch) -> None:
    patch.setitem(calls._BY_REF, Partial, lambda frame, site: calls.Outcome(UNKNOWN_VALUE))


def _no_reexports(patch: pytest.MonkeyPatch) -> None:
    member = Engine.member

    def cut(engine: Engine, base: Any, name: str, importer: Module) -> Value:
        value = member(engine, base, name, importer)
        foreign = isinstance(value.ref, Function) and value.ref.module is not base
        return UNKNOWN_VALUE if isinstance(base, Module) and base.is_package and foreign else value

    patch.setattr(Engine, "member", cut)


def _no_constants(patch: pytest.MonkeyPatch) -> None:
    member = Engine.member

    def cut(engine: Engine, base: Any, name: str, importer: Module) -> Value:
        value = member(engine, base, name, importer)
        return value if value.ref is not None or value.kinds & IMPORT else UNKNOWN_VALUE

    patch.setattr(Engine, "member", cut)


def _no_wrappers(patch: pytest.MonkeyPatch) -> None:
    makes = decorators.makes_hybrid

    def cut(engine: Engine, target: Value) -> Any:
        return None if isinstance(target.ref, Function) else makes(engine, target)

    patch.setattr(decorators, "makes_hybrid", cut)


def _no_relative_imports(patch: pytest.MonkeyPatch) -> None:
    imported = Engine.imported

    def cut(engine: Engine, module: Module, dotted: str, level: int = 0) -> Value:
        return UNKNOWN_VALUE if level else imported(engine, module, dotted)

    patch.setattr(Engine, "imported", cut)


def _general(frame: Any, function: Function, bound: Any) -> Any:
    return frame.engine.facts(function)


_NO_CALLERS = cut(Project, "callers_of", lambda project, module: [])

LINKS: list[tuple[str, Cut, Callable[[str], Any], str, Any, Any]] = [
    ("inheritance", _no_bases, codes, "denoise/models/small.py::Small.features_of", ["HYB203"], []),
    ("super", cut(attributes, "_super", unknown), codes, "denoise/training/supervised.py::Careful.unchecked", ["HYB204"], []),
    ("override in a subclass elsewhere", cut(Engine, "subclasses", lambda engine, cls: ()), blockers, "denoise/training/trainer.py::Trainer.evaluate", ("HYB204",), ()),
    ("factory", cut(calls, "substitute", unknown), codes, "denoise/restore.py::features", ["HYB203"], []),
    ("class method that makes the object", cut(attributes, "_class", unknown), codes, "denoise/restore.py::usual_features", ["HYB203"], []),
    ("partial", _no_partial, codes, "denoise/restore.py::greyness", ["HYB204"], []),
    ("re-export", _no_reexports, codes, "denoise/restore.py::difference", ["HYB204"], []),
    ("star import", cut(statements, "_star", nothing), codes, "denoise/training/trainer.py::Trainer.edges", ["HYB201"], []),
    ("dict of classes", cut(expressions, "item_at", unknown), decision, "denoise/restore.py::preview", "keep", "hybridize"),
    ("one of several", cut(attributes, "alternatives", lambda value: (UNKNOWN_VALUE,)), decision, "denoise/restore.py::preview", "keep", "hybridize"),
    ("list of objects", cut(loops, "element_of_iteration", unknown), codes, "denoise/restore.py::watched", ["HYB204"], []),
    ("object that is called", cut(calls, "_object", lambda frame, site: calls.Outcome(UNKNOWN_VALUE)), codes, "denoise/restore.py::brightened", ["HYB208"], []),
    ("object in an attribute", cut(Engine, "attribute", nothing), codes, "denoise/training/trainer.py::Trainer.told", ["HYB204"], []),
    ("what the constructor is given elsewhere", _NO_CALLERS, codes, "denoise/training/trainer.py::Trainer.told", ["HYB204"], []),
    ("callable as an argument", cut(calls, "specialised", _general), codes, "denoise/restore.py::spreads", ["HYB201"], []),
    ("property", cut(attributes, "_property", unknown), codes, "denoise/restore.py::relative_size", ["HYB201"], []),
    ("wrapper of tf.function", _no_wrappers, hybrid, "denoise/restore.py::reported", True, False),
    ("elements of a dataset", cut(targets, "unpack", lambda value, count: [UNKNOWN_VALUE] * count), codes, "denoise/measures.py::contrast", ["HYB213"], []),
    ("literal that varies elsewhere", _NO_CALLERS, codes, "denoise/measures.py::blurred", ["HYB302"], []),
    ("loop elsewhere", _NO_CALLERS, heat, "denoise/measures.py::sharpened", "hot", "unknown"),
    ("loop in a function that is handed the step", cut(callers, "_collect_given", nothing), heat, "denoise/measures.py::learn", "hot", "unknown"),
    ("strategy elsewhere", _NO_CALLERS, heat, "denoise/measures.py::replica_step", "hot", "unknown"),
    ("constant elsewhere", _no_constants, heat, "denoise/measures.py::warmed_up", "cold", "hot"),
    ("traced by its callers elsewhere", _NO_CALLERS, traced_by, "denoise/measures.py::normalised", "called by standardised", None),
    ("relative import", _no_relative_imports, traced_by, "denoise/data/augment.py::with_noise", "callback of map, pipeline.py line 12", None),
]  # fmt: skip


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_project_reports_exactly_its_markers(path: Path) -> None:
    source = Source.from_path(path)
    found = analyse(source, Options(), Project((ROOT,))).findings
    assert {(finding.line, finding.code) for finding in found} == expected(source.text)


@pytest.mark.interpreted
@pytest.mark.parametrize(
    ("link", "cutter", "ask", "place", "whole", "without"), LINKS, ids=[k[0] for k in LINKS]
)
def test_a_verdict_hangs_on_each_link(
    link: str,
    cutter: Cut,
    ask: Callable[[str], Any],
    place: str,
    whole: Any,
    without: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert ask(place) == whole
    cutter(monkeypatch)
    assert ask(place) == without


def test_the_project_has_at_least_ten_modules() -> None:
    assert len(FILES) >= 10
