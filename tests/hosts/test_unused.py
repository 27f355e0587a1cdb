"""HYB901 names what a noqa comment silences in vain, in both hosts, when it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from flake8_hybridize.hosts.unused import unused_noqa
from flake8_hybridize.options import Options
from flake8_hybridize.results import Confidence, Finding, Severity
from flake8_hybridize.source.text import Source

ON = Options(extend_select=("HYB901",))


def unused(text: str, *found: tuple[str, int], options: Options = ON) -> list[tuple[int, str]]:
    findings = [
        Finding(code, "a.py", line, 1, line, 2, "text", "f", Confidence.LIKELY, Severity.WARNING)
        for code, line in found
    ]
    return [(f.line, f.message.split()[2]) for f in unused_noqa(Source("a.py", text), findings, options)]


CASES = {
    "used": ("x = 1  # noqa: HYB101\n", [("HYB101", 1)], []),
    "unused": ("x = 1  # noqa: HYB101\n", [], [(1, "HYB101")]),
    "used for another": ("x = 1  # noqa: HYB101\n", [("HYB201", 1)], [(1, "HYB101")]),
    "used elsewhere": ("x = 1  # noqa: HYB101\ny = 2\n", [("HYB101", 2)], [(1, "HYB101")]),
    "one of two": ("x = 1  # noqa: HYB101,HYB201\n", [("HYB201", 1)], [(1, "HYB101")]),
    "prefix": ("x = 1  # noqa: HYB2\n", [("HYB203", 1)], []),
    "unused prefix": ("x = 1  # noqa: HYB2\n", [("HYB101", 1)], [(1, "HYB2")]),
    "blanket": ("x = 1  # noqa\n", [], []),
    "blanket by a wrong separator": ("x = 1  # noqa HYB101\n", [], []),
    "of others": ("x = 1  # noqa: E501\n", [], []),
    "opt-in that is off": ("x = 1  # noqa: HYB103\n", [], []),
    "in a string": ("x = '# noqa: HYB101'\n", [], []),
    "continued line": ("x = 1 + \\\n    2  # noqa: HYB101\n", [("HYB101", 1)], []),
    "next line is another": (
        "x = 1  # noqa: HYB101\nx = 1  # noqa: HYB101\n",
        [("HYB101", 2)],
        [(1, "HYB101")],
    ),
    "second one has no effect": ("x = 1  # noqa: HYB101;HYB201\n", [("HYB101", 1)], []),
    "itself": ("x = 1  # noqa: HYB901\n", [], []),
}


@pytest.mark.parametrize(("text", "found", "expected"), CASES.values(), ids=CASES)
def test_what_silences_nothing(
    text: str, found: list[tuple[str, int]], expected: list[tuple[int, str]]
) -> None:
    assert unused(text, *found) == expected


def test_it_is_opt_in_and_judges_only_what_is_looked_for() -> None:
    text = "x = 1  # noqa: HYB101\n"
    assert unused(text, options=Options()) == []
    assert unused(text, options=Options(extend_select=("HYB901",), ignore=("HYB101",))) == []
    assert unused(text, options=Options(extend_select=("HYB9",), confidence=Confidence.PROVED)) == []
    opted_in = Options(extend_select=("HYB901", "HYB103"))
    assert unused("x = 1  # noqa: HYB103\n", options=opted_in) == [(1, "HYB103")]


@pytest.mark.parametrize("host", ["hybridize", "flake8"])
def test_both_hosts_report_it(
    host: str, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run: Callable[..., tuple[int, str, str]] = request.getfixturevalue(host)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.py").write_text("import tensorflow\nx = 1  #! HYB101  # noqa: HYB101,HYB203\n")
    command, option = {"hybridize": (["check"], "--"), "flake8": ([], "--hybridize-")}[host]
    reported = run(*command, f"{option}extend-select=HYB901", "a.py")
    assert reported[:2] == (1, "a.py:2:8: HYB901 noqa for HYB203 suppresses nothing\n")
    assert run(*command, "a.py")[:2] == (0, "")
