"""Verdicts in every format of `hybridize report`, and in words."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import fields

from flake8_hybridize.report import formats, why
from flake8_hybridize.report.functions import function_object
from flake8_hybridize.report.functions_csv import COLUMNS
from flake8_hybridize.report.run import Run
from flake8_hybridize.results import Verdict

CONTRACT = {
    "path": "pkg/a b.py",
    "qualname": "Trainer.step",
    "line": 12,
    "end_line": 40,
    "hybrid": False,
    "tensor_parameters": ["x", "v"],
    "literal_parameters": ["k", "mode"],
    "tensor_computation": True,
    "side_effects": [{"line": 14, "column": 9, "kind": "print", "message": "print(s)"}],
    "recursive": False,
    "blockers": ["HYB201"],
    "eligible": False,
    "confidence": "likely",
    "traced_by": None,
    "heat": "hot",
    "heat_evidence": "called in the loop at line 80",
    "benefit": "pays",
    "decision": "keep",
    "input_signature": None,
    "tier": "module",
}


def test_one_function_in_the_names_of_the_contract(verdict: Verdict) -> None:
    written = function_object(verdict)
    assert {name: written[name] for name in CONTRACT} == CONTRACT
    assert written["parameters"][0] == {
        "name": "x",
        "kind": "tensor",
        "confidence": "proved",
        "evidence": "passed to tf.exp, line 14",
        "holds_tensors": False,
    }
    (hazard,) = written["hazards"]
    assert {name: hazard[name] for name in ("code", "line", "message", "confidence")} == {
        "code": "HYB201",
        "line": 14,
        "message": "print() runs once per trace",
        "confidence": "proved",
    }


def test_every_field_of_a_verdict_is_written(verdict: Verdict) -> None:
    described = {field.name for field in fields(Verdict)} - {"preconditions"}
    assert described <= set(function_object(verdict))
    assert set(COLUMNS) == set(function_object(verdict))


def test_json(run: Run) -> None:
    report = json.loads(formats.render("functions_json", run))
    assert set(report) == {"schema", "version", "files", "lines", "seconds", "functions", "errors"}
    assert (report["schema"], report["files"], report["lines"], report["seconds"]) == (1, 3, 5, 0.25)
    assert [error["message"] for error in report["errors"]][1] == "does not parse: invalid syntax"


def test_csv(run: Run) -> None:
    (row,) = csv.DictReader(io.StringIO(formats.render("functions_csv", run)))
    assert row["parameters"] == "x:tensor v:variable k:number mode:string training:bool"
    assert (row["hybrid"], row["tensor_computation"], row["traced_by"]) == ("false", "true", "")
    assert (row["hazards"], row["side_effects"], row["blockers"]) == ("HYB201:14", "print:14", "HYB201")


def test_table(run: Run, empty: Run) -> None:
    table = formats.render("functions_table", run)
    assert "pkg/a b.py:12 Trainer.step" in " ".join(table.split())
    assert "1 functions in 3 files, 5 lines; 1 compute tensors or are hybrid; 0.25 s" in table
    assert "1  keep" in table
    assert "HYB201" in table
    assert "0 functions in 0 files" in formats.render("functions_table", empty)


def test_why(verdict: Verdict) -> None:
    assert why.render(verdict).splitlines() == [
        "pkg/a b.py:12 Trainer.step",
        "  now eager; leave it as it is (likely, decided at tier module)",
        "  conditions",
        "    yes     computes tensors: tf.exp, line 14",
        "    no      no side effects: print(s), line 14",
        "    unknown nothing unknown: loss_fn, line 15",
        "  parameters",
        "    x: tensor (proved) passed to tf.exp, line 14",
        "    v: variable (likely) annotation",
        "    k: number (likely) called with 3, line 80",
        "    mode: string (guess) default",
        "    training: bool (likely) default",
        "  hazards",
        "    line 14: HYB201 print() runs once per trace (proved)",
        "  side effects",
        "    line 14: print, print(s)",
        "  heat and benefit",
        "    heat: hot, called in the loop at line 80",
        "    benefit: pays, a graph is faster",
    ]
