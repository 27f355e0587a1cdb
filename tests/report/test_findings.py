"""Findings in every format of `hybridize check`."""

from __future__ import annotations

import json

import pytest

from flake8_hybridize.report import formats
from flake8_hybridize.report.run import FileResult, Run
from flake8_hybridize.results import Finding
from flake8_hybridize.rules.registry import RULES


def test_text(run: Run) -> None:
    assert formats.render("text", run).splitlines() == [
        "b.py:1:1: HYB101 print() runs once per trace: 100% of later calls print nothing",
        "b.py:1:1: HYB303 print() runs once per trace: 100% of later calls print nothing",
        "b.py:2:1: HYB303 print() runs once per trace: 100% of later calls print nothing",
        "pkg/a b.py:2:10: HYB201 print() runs once per trace: 100% of later calls print nothing",
    ]


def test_json_holds_everything_of_a_finding(run: Run) -> None:
    report = json.loads(formats.render("json", run))
    assert report["findings"][-1] == {
        "path": "pkg/a b.py",
        "line": 2,
        "column": 10,
        "end_line": 2,
        "end_column": 18,
        "code": "HYB201",
        "name": RULES["HYB201"].name,
        "severity": "warning",
        "confidence": "proved",
        "function": "f",
        "message": "print() runs once per trace: 100% of later calls print nothing",
        "fix": {
            "applicability": "unsafe",
            "description": "print with tf.print",
            "reason": "order may change",
            "edits": [{"line": 2, "column": 10, "end_line": 2, "end_column": 15, "text": "tf.print"}],
        },
    }
    assert report["findings"][0]["fix"] is None
    assert report["statistics"] == {"HYB101": 1, "HYB201": 1, "HYB303": 2}
    assert [error["path"] for error in report["errors"]] == ["secret", "bad.py"]


def test_github_escapes_what_it_must(run: Run) -> None:
    lines = formats.render("github", run).splitlines()
    name = RULES["HYB201"].name
    assert lines[-1] == (
        f"::warning title=HYB201 {name},file=pkg/a b.py,line=2,endLine=2,col=10,endColumn=18::"
        "HYB201 print() runs once per trace: 100%25 of later calls print nothing"
    )
    assert [line.split()[0] for line in lines] == ["::warning", "::error", "::notice", "::warning"]
    assert "col=" not in lines[0], "GitHub refuses columns where the lines differ"


def test_github_escapes_properties(finding: Finding) -> None:
    from dataclasses import replace

    odd = replace(finding, path="a:b,c.py", message="one\ntwo")
    (line,) = formats.render("github", Run((FileResult("a", 1, (odd,)),), 0.0)).splitlines()
    assert "file=a%3Ab%2Cc.py," in line
    assert line.endswith("HYB201 one%0Atwo")


def test_gitlab_fingerprints_are_stable_and_distinct(run: Run, finding: Finding) -> None:
    from dataclasses import replace

    issues = json.loads(formats.render("gitlab", run))
    assert [issue["severity"] for issue in issues] == ["major", "critical", "info", "major"]
    assert len({issue["fingerprint"] for issue in issues}) == 4
    assert issues[-1]["location"] == {"path": "pkg/a b.py", "lines": {"begin": 2, "end": 2}}
    moved = replace(finding, line=99, end_line=99)
    (issue,) = json.loads(formats.render("gitlab", Run((FileResult("a", 1, (moved,)),), 0.0)))
    assert issue["fingerprint"] == issues[-1]["fingerprint"]


def test_statistics_count_codes(run: Run) -> None:
    assert [line.split()[:2] for line in formats.render("statistics", run).splitlines()] == [
        ["1", "HYB101"],
        ["1", "HYB201"],
        ["2", "HYB303"],
    ]


@pytest.mark.parametrize("name", formats.CHECK)
def test_nothing_found(name: str, empty: Run) -> None:
    text = formats.render(formats.CHECK[name], empty)
    if name in ("text", "github"):
        assert text == ""
    else:
        found = json.loads(text)
        assert {
            "json": lambda: found["findings"],
            "gitlab": lambda: found,
            "sarif": lambda: found["runs"][0]["results"],
        }[name]() == []
