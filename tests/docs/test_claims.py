"""What the documentation says in words and numbers about the program is so."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from flake8_hybridize.analysis import analyse
from flake8_hybridize.hosts.cli import main
from flake8_hybridize.options import Options
from flake8_hybridize.results import Decision
from flake8_hybridize.source.text import Source
from flake8_hybridize.verdict import decide, heat
from tests.docs.pages import DOCS, README, ROOT, blocks, listed
from tests.rules.test_fixtures import expected
from tests.test_meta import ORDER
from tests.truth.header import EXPECTATIONS, parse_header

FORMATS = (DOCS / "report-format.md").read_text(encoding="utf-8")
DECIDES = (DOCS / "how-it-decides.md").read_text(encoding="utf-8")
CONTRIBUTING = ROOT / "CONTRIBUTING.md"

PROGRAM = """\
import tensorflow as tf
from elsewhere import fast

@tf.function(experimental_relax_shapes=True)
def step(x):
    print(x)
    return tf.exp(x)

@fast
def other(x):
    print(x)
    return tf.exp(x)
"""


@pytest.fixture
def printed(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> dict[str, dict[str, object]]:
    """What the command prints as JSON about a program."""
    path = tmp_path / "program.py"
    path.write_text(PROGRAM)
    documents = {}
    for command in ("check", "report"):
        main([command, "--format", "json", str(path)])
        documents[command] = json.loads(capfdbinary.readouterr().out)
    main(["rules", "--format", "json"])
    documents["rules"] = json.loads(capfdbinary.readouterr().out)[0]
    return documents


def named(text: str) -> set[str]:
    return set(re.findall(r"`(\w+)`", text))


def test_fields_of_the_report(printed: dict[str, dict[str, object]]) -> None:
    report = printed["report"]
    assert listed(FORMATS, "## hybridize report --format json") == set(report)
    functions: list[dict[str, list[object]]] = report["functions"]  # type: ignore[assignment]
    function = functions[0]
    assert listed(FORMATS, "An entry of `functions`") == set(function)
    for field in ("parameters", "hazards"):
        (row,) = re.findall(rf"^\| `{field}` \| list \| objects with (.*) \|$", FORMATS, re.MULTILINE)
        entry: dict[str, object] = function[field][0]  # type: ignore[assignment]
        assert named(row) == set(entry)
    assert report["errors"] == []


def test_fields_of_findings(printed: dict[str, dict[str, object]]) -> None:
    check = printed["check"]
    shared = named(FORMATS[FORMATS.index("## hybridize check --format json") :].split(" as above")[0])
    assert shared | {"findings", "statistics"} == set(check)
    findings: list[dict[str, dict[str, object]]] = check["findings"]  # type: ignore[assignment]
    assert {"HYB201", "HYB401"} <= {str(finding["code"]) for finding in findings}
    for finding in findings:
        assert listed(FORMATS, "An entry of `findings`") == set(finding)
    words = named(re.split(r"\nA `fix` has ", FORMATS)[1].split("\n\n")[0])
    assert words >= {"applicability", "description", "reason", "edits"}


def test_fields_of_rules(printed: dict[str, dict[str, object]]) -> None:
    assert named(FORMATS[FORMATS.index("## hybridize rules") :]) == set(printed["rules"])


def test_words_of_the_report() -> None:
    for decision in Decision:
        assert f"`{decision.value}`" in FORMATS
        assert f"`{decision.value}`" in DECIDES


def test_numbers_of_the_verdict() -> None:
    assert f"**pays**: {decide.PAYS_OPS} or more operations" in DECIDES
    assert f"**even**: {decide.EVEN_OPS} to {decide.PAYS_OPS - 1} operations" in DECIDES
    assert f"less than {heat.FEW} rounds" in DECIDES


def test_conditions_are_those_that_why_prints() -> None:
    verdict = analyse(Source("program.py", PROGRAM), Options()).verdicts[0]
    table = DECIDES[DECIDES.index("| condition |") :].split("\n\n")[0]
    assert re.findall(r"^\| `([^`]+)` \|", table, re.MULTILINE) == [met.name for met in verdict.preconditions]


def test_layers_are_those_that_are_enforced() -> None:
    assert f"    {' → '.join(ORDER)}\n" in CONTRIBUTING.read_text(encoding="utf-8")


def test_the_fixture_that_contributors_copy_is_one() -> None:
    (block,) = blocks("python", CONTRIBUTING)
    found = {
        (finding.line, finding.code)
        for finding in analyse(Source("program.py", block.text), Options()).findings
    }
    assert found == expected(block.text)
    assert found
    assert parse_header(block.text).expect == "differs"


def test_every_expectation_of_fixtures_is_explained() -> None:
    text = CONTRIBUTING.read_text(encoding="utf-8")
    assert listed(text, "| `expect=`") | {"none"} == EXPECTATIONS


def test_limits_do_not_deny_what_there_is() -> None:
    plain = analyse(Source("program.py", PROGRAM), Options()).findings
    told = analyse(Source("program.py", PROGRAM), Options(wrappers=("elsewhere.fast",))).findings
    denied = "Nor has `wrappers`" in README.read_text(encoding="utf-8")
    assert (told == plain) is denied
