"""The subcommands other than check, and how the command starts and ends."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

import flake8_hybridize
from flake8_hybridize import pages
from flake8_hybridize.report.functions_csv import COLUMNS
from flake8_hybridize.rules.registry import RULES

Command = Callable[..., tuple[int, str, str]]

STEP = "import tensorflow as tf\n\n@tf.keras.saving.register(\n    1\n)\ndef step(x):\n    return tf.exp(x)\n"
MODULE = "def outer(x):\n    return x\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HYBRIDIZE_CACHE_DIR", raising=False)
    return tmp_path


def test_report_is_the_contract(hybridize: Command, here: Path) -> None:
    (here / "pkg").mkdir()
    (here / "pkg" / "train.py").write_text(STEP)
    (here / "pkg" / "plain.py").write_text(MODULE)
    (here / "pkg" / "bad.py").write_text("def f(:\n")
    status, out, err = hybridize("report", "--format", "json", ".")
    report = json.loads(out)
    assert status == 0
    assert err == "hybridize: pkg/bad.py:1: does not parse: invalid syntax\n"
    assert set(report) == {"schema", "version", "files", "lines", "seconds", "functions", "errors"}
    assert (report["schema"], report["files"], report["lines"]) == (1, 3, 9)
    assert report["version"] == flake8_hybridize.__version__
    assert [error["path"] for error in report["errors"]] == ["pkg/bad.py"]
    assert [(f["path"], f["qualname"], f["line"]) for f in report["functions"]] == [
        ("pkg/plain.py", "outer", 1),
        ("pkg/train.py", "step", 6),
    ]


def test_report_as_rows_and_as_table(hybridize: Command, here: Path) -> None:
    (here / "train.py").write_text(STEP)
    (row,) = csv.DictReader(io.StringIO(hybridize("report", "--format", "csv")[1]))
    assert tuple(row) == COLUMNS
    assert (row["qualname"], row["hybrid"], row["decision"]) == ("step", "false", "hybridize")
    status, table, _ = hybridize("report")
    assert status == 0
    assert "train.py:6 step" in table
    assert "1 functions in 1 files, 7 lines" in table
    assert "\x1b" not in table


def test_report_of_a_failed_analysis(hybridize: Command, here: Path) -> None:
    (here / "a.py").write_text("x = 'crash'\n")
    status, out, _ = hybridize("report", "--format=json")
    assert status == 0
    assert json.loads(out)["errors"][0]["message"].startswith("RecursionError: maximum recursion depth")


@pytest.mark.parametrize("line", [3, 4, 5, 6, 7])
def test_why_finds_the_function_of_a_line(line: int, hybridize: Command, here: Path) -> None:
    (here / "train.py").write_text(STEP)
    status, out, _ = hybridize("why", f"train.py:{line}")
    assert status == 0
    assert out.startswith(
        "train.py:6 step\n  now eager; make it a tf.function (likely, decided at tier module)\n"
    )
    assert "    yes     computes tensors: tf.exp, line 2\n" in out
    assert "    heat: hot, called in the loop at line 9\n" in out
    assert hybridize("why", "train.py::step")[1] == out


WRONG_TARGETS = {
    "train.py": "'train.py' is not FILE:LINE or FILE::QUALNAME",
    "train.py:x": "'train.py:x' is not FILE:LINE or FILE::QUALNAME",
    "train.py:1": "train.py:1: no function there",
    "train.py::stp": "train.py::stp: no function there",
    "gone.py:1": "gone.py: cannot be read: No such file or directory",
}


@pytest.mark.parametrize(("target", "message"), WRONG_TARGETS.items())
def test_why_refuses_other_targets(target: str, message: str, hybridize: Command, here: Path) -> None:
    (here / "train.py").write_text(STEP)
    assert hybridize("why", target) == (2, "", f"hybridize: {message}\n")


def test_explain_prints_the_page(hybridize: Command) -> None:
    page = pages.page("HYB101")
    assert page is not None
    assert hybridize("explain", "HYB101") == (0, page, "")
    assert hybridize("explain", "hyb101") == (0, page, "")
    unknown = "hybridize: no rule is called '../HYB101', see `hybridize rules`\n"
    assert hybridize("explain", "../HYB101") == (2, "", unknown)


def test_rules(hybridize: Command) -> None:
    status, out, _ = hybridize("rules")
    assert status == 0
    assert [line.split()[0] for line in out.splitlines()] == list(RULES)
    listed = json.loads(hybridize("rules", "--format=json")[1])
    assert [rule["code"] for rule in listed] == list(RULES)
    assert {rule["code"] for rule in listed if rule["opt_in"]} == {c for c, r in RULES.items() if r.opt_in}


def test_config_says_where_values_come_from(hybridize: Command, here: Path) -> None:
    (here / "setup.cfg").write_text(
        "[flake8]\nhybridize-extend-select = HYB103\nhybridize-confidence=proved\n"
    )
    (here / "pyproject.toml").write_text(
        '[tool.hybridize]\nconfidence = "likely"\nper-file-ignores = {"a.py" = ["HYB1"]}\n'
    )
    status, out, _ = hybridize("config", "--tensorflow-version=2.12")
    origins = dict(line.split("  # ") for line in out.splitlines())
    by_key = {row.strip(): origin for row, origin in origins.items()}
    assert status == 0
    assert by_key['extend-select = ["HYB103"]'] == "setup.cfg"
    assert by_key['confidence = "likely"'] == "pyproject.toml"
    assert by_key['per-file-ignores = {"a.py" = ["HYB1"]}'] == "pyproject.toml"
    assert by_key['tensorflow-version = "2.12"'] == "command line"
    assert by_key['jobs = "auto"'] == "default"


@pytest.mark.parametrize(
    "given", [(), ("--extend-select=HYB103", "--per-file-ignores=a/b.py:HYB1", "--cache-dir=c")]
)
def test_what_config_prints_is_a_configuration(
    given: tuple[str, ...], hybridize: Command, here: Path
) -> None:
    printed = hybridize("config", *given)[1]
    (here / "pyproject.toml").write_text(f"[tool.hybridize]\n{printed}")
    again = hybridize("config")[1]
    assert [line.split("  # ")[0].strip() for line in again.splitlines()] == [
        line.split("  # ")[0].strip() for line in printed.splitlines()
    ]


USAGE = [
    (),
    ("chek",),
    ("check", "--selct=HYB1"),
    ("check", "--sel=HYB1"),
    ("check", "--select=E501"),
    ("check", "--select=HYB199"),
    ("check", "--format=xml"),
    ("check", "--confidence=guess"),
    ("check", "--jobs=0"),
    ("check", "--jobs=many"),
    ("check", "--config=missing.cfg"),
    ("check", "--tensorflow-version=1.15"),
    ("check", "--source-root=missing"),
    ("check", "--wrappers=a b-c"),
    ("check", "--fix", "-", "a.py"),
    ("report", "--format=sarif"),
    ("why",),
    ("explain", "HYB999"),
]


@pytest.mark.parametrize("arguments", USAGE, ids=" ".join)
def test_wrong_usage_is_status_2_and_says_what(arguments: tuple[str, ...], hybridize: Command) -> None:
    status, out, err = hybridize(*arguments)
    assert (status, out) == (2, "")
    assert err.splitlines()[-1].startswith("hybridize")
    assert "Traceback" not in err


def test_module_and_version() -> None:
    command = [sys.executable, "-m", "flake8_hybridize", "--version"]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert run.stdout == f"hybridize {flake8_hybridize.__version__}\n"


def test_start_up_imports_nothing_heavy(here: Path) -> None:
    (here / "a.py").write_text("import os\n")
    program = """
import sys
from flake8_hybridize.hosts.cli import main
status = main(["check", "--jobs=1"])
heavy = "rich ast_grep_py flake8 concurrent.futures configparser csv difflib flake8_hybridize.rules.registry"
loaded = set(heavy.split()) & set(sys.modules)
sys.exit(f"loaded: {loaded}" if loaded else status)
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")


def test_a_closed_pipe_is_no_traceback(here: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "flake8_hybridize", "rules"]
    run = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writer)
    assert (run.returncode, run.stderr) == (2, "")


def test_an_interrupt_is_no_traceback(here: Path) -> None:
    program = (
        "import sys; from flake8_hybridize.hosts import cli; print('ready', flush=True); sys.exit(cli.main())"
    )
    command = [sys.executable, "-c", program, "check", "-"]
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # What a shell starts in the background ignores interrupts, and so would its children.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (130, b"hybridize: interrupted\n")
