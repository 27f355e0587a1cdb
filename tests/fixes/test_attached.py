"""The fixes that findings carry: they remove their finding, bring no new one, and have nothing left to do."""

from __future__ import annotations

import pickle
from collections import Counter
from pathlib import Path

import pytest

from flake8_hybridize.fixes.attach import BUILDERS
from flake8_hybridize.fixes.edits import parsed
from flake8_hybridize.results import Applicability
from flake8_hybridize.rules.registry import RULES
from tests.fixes.programs import FILES, findings, fixed, name_of, opt_in, program

RANK = [Applicability.SAFE, Applicability.UNSAFE, Applicability.DISPLAY]
FIXABLE = [path for path in FILES if path.parent.name in BUILDERS and path.stem.startswith("fires_")]
by_file = pytest.mark.parametrize("path", FIXABLE, ids=name_of)


@by_file
@pytest.mark.parametrize("unsafe", [False, True], ids=["safe", "unsafe"])
def test_fixes_remove_their_findings_and_bring_none(path: Path, unsafe: bool) -> None:
    source = program(path)
    before = Counter(finding.code for finding in findings(source, *opt_in(path)))
    result = fixed(path, unsafe)
    assert parsed(result.text) is not None
    after = Counter(finding.code for finding in findings(source.with_text(result.text), *opt_in(path)))
    assert after <= before - Counter(finding.code for finding in result.applied)
    again = source.with_text(result.text)
    repeated = [finding for finding in findings(again, *opt_in(path)) if _applies(finding.fix, unsafe)]
    refused = {finding.finding.code for finding in result.refused}
    assert {finding.code for finding in repeated} <= refused


def _applies(fix: object, unsafe: bool) -> bool:
    wanted = {Applicability.SAFE, Applicability.UNSAFE} if unsafe else {Applicability.SAFE}
    return getattr(fix, "applicability", None) in wanted


@pytest.mark.parametrize("code", BUILDERS)
def test_every_builder_fixes_a_fixture_as_its_rule_promises(code: str) -> None:
    paths = [path for path in FIXABLE if path.parent.name == code]
    fixes = [
        finding.fix
        for path in paths
        for finding in findings(program(path), *opt_in(path))
        if finding.code == code and finding.fix is not None
    ]
    assert fixes
    best = min((fix.applicability for fix in fixes), key=RANK.index)
    assert best is RULES[code].fix
    assert any(code in {finding.code for finding in fixed(path, True).applied} for path in paths)


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_only_codes_with_a_builder_carry_fixes(path: Path) -> None:
    found = findings(program(path), *opt_in(path))
    assert all(finding.code in BUILDERS for finding in found if finding.fix is not None)
    assert pickle.loads(pickle.dumps(found)) == found


def test_rules_promise_a_fix_where_one_can_be_attached() -> None:
    assert {code for code, rule in RULES.items() if rule.fix is not None} == set(BUILDERS)
