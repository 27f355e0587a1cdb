"""`hybridize check`: what it prints, what it writes, and how it ends."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from flake8_hybridize.hosts.discovery import python_files

Command = Callable[..., tuple[int, str, str]]

HOT = "import tensorflow as tf\n\ndef step(x):  #! HYB101\n    return tf.exp(x)\n"
FIXABLE = "import tensorflow as tf\nold = 1  #! HYB401\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HYBRIDIZE_CACHE_DIR", raising=False)
    return tmp_path


def test_findings_in_the_format_of_flake8(hybridize: Command, here: Path) -> None:
    (here / "pkg").mkdir()
    (here / "pkg" / "b.py").write_text(HOT)
    (here / "pkg" / "a.py").write_text(HOT)
    status, out, err = hybridize("check", "pkg")
    lines = [f"pkg/{name}.py:3:1: HYB101 found in def step(x):\n" for name in "ab"]
    assert (status, out, err) == (1, "".join(lines), "")
    assert hybridize("check")[1] == out
    assert hybridize("check", "./pkg/a.py", "pkg/a.py")[1] == lines[0]


def test_nothing_found_is_silence(hybridize: Command, here: Path) -> None:
    assert hybridize("check") == (0, "", "")
    (here / "a.py").write_text("import os\n")
    (here / "b.txt").write_text(HOT)
    assert hybridize("check") == (0, "", "")


def test_files_without_tensorflow_are_not_even_parsed(hybridize: Command, here: Path) -> None:
    (here / "a.py").write_text("print 'python 2'\n")
    assert hybridize("check") == (0, "", "")


def test_selecting_an_opt_in_code_alone_says_what_is_missing(hybridize: Command, here: Path) -> None:
    (here / "a.py").write_text(HOT)
    status, out, err = hybridize("check", "--select", "HYB103,HYB3")
    assert (status, out, err) == (0, "", "hybridize: HYB103 is opt-in: add --extend-select HYB103\n")
    assert hybridize("check", "--select", "HYB103", "--extend-select", "HYB103") == (0, "", "")


def test_noqa_and_per_file_ignores_silence(hybridize: Command, here: Path) -> None:
    (here / "a.py").write_text(HOT.replace("HYB101", "HYB101  # noqa: HYB101"))
    (here / "b.py").write_text(HOT)
    assert hybridize("check", "a.py") == (0, "", "")
    assert hybridize("check", "--per-file-ignores", "b.py:HYB1") == (0, "", "")
    assert hybridize("check", "--per-file-ignores", "b.py:HYB2")[0] == 1


def test_the_longest_prefix_decides(hybridize: Command, here: Path) -> None:
    (here / "a.py").write_text(HOT + "y = 1  #! HYB203\n")

    def codes(*arguments: str) -> list[str]:
        return [line.split()[1] for line in hybridize("check", *arguments)[1].splitlines()]

    assert codes() == ["HYB101", "HYB203"]
    assert codes("--select=HYB2") == ["HYB203"]
    assert codes("--ignore=HYB2") == ["HYB101"]
    assert codes("--select=HYB101,HYB203", "--ignore=HYB2") == ["HYB101", "HYB203"]
    assert codes("--select=HYB", "--ignore=HYB2,HYB101") == []


def test_failed_analysis_is_one_diagnostic(hybridize: Command, here: Path) -> None:
    (here / "a.py").write_text("import tensorflow\nx = 'crash'\n")
    (here / "b.py").write_text(HOT)
    status, out, err = hybridize("check")
    expected = (
        "a.py:1:1: HYB900 this file could not be analysed: "
        "RecursionError: maximum recursion depth exceeded at a.py 1 2 x\n"
    )
    assert out.splitlines(keepends=True)[0] == expected
    assert (status, err) == (1, "")
    assert hybridize("check", "--ignore=HYB9", "a.py") == (0, "", "")


BAD_INPUT = {
    "nul": (b"import tensorflow\nx = \0\n", "a.py:2: contains NUL bytes"),
    "syntax": (b"import tensorflow\nx = (\n", "a.py:2: does not parse: '(' was never closed"),
    "undecodable": (b"import tensorflow\nx = '\xff'\n", "a.py:2: is not valid utf-8: invalid start byte"),
}


@pytest.mark.parametrize(("data", "message"), BAD_INPUT.values(), ids=BAD_INPUT)
def test_unreadable_files_are_named_and_the_run_goes_on(
    data: bytes, message: str, hybridize: Command, here: Path
) -> None:
    (here / "a.py").write_bytes(data)
    (here / "b.py").write_text(HOT)
    status, out, err = hybridize("check")
    assert (status, out) == (2, "b.py:3:1: HYB101 found in def step(x):\n")
    assert err == f"hybridize: {message}\n"


def test_missing_files(hybridize: Command, here: Path) -> None:
    status, out, err = hybridize("check", "gone.py")
    assert (status, out, err) == (2, "", "hybridize: gone.py: cannot be read: No such file or directory\n")
    (here / "link.py").symlink_to(here / "gone.py")
    assert hybridize("check") == (0, "", "")


def test_directory_loops_end(hybridize: Command, here: Path) -> None:
    (here / "pkg").mkdir()
    (here / "pkg" / "a.py").write_text(HOT)
    (here / "pkg" / "loop").symlink_to(here)
    assert hybridize("check")[1].count("HYB101") == 1


def test_json(hybridize: Command, here: Path) -> None:
    (here / "a.py").write_text("# 😀 tensorflow\nold = '😀'  #! HYB401\n", encoding="utf-8")
    (here / "b.py").write_text("import tensorflow (\n")
    status, out, _ = hybridize("check", "--format=json")
    report = json.loads(out)
    assert status == 2
    assert (report["schema"], report["files"], report["lines"]) == (1, 2, 2)
    assert report["statistics"] == {"HYB401": 1}
    assert report["errors"] == [{"path": "b.py", "line": 1, "message": "does not parse: invalid syntax"}]
    (finding,) = report["findings"]
    edit = finding["fix"]["edits"][0]
    assert (finding["code"], finding["line"], finding["column"]) == ("HYB401", 2, 1)
    assert (edit["line"], edit["column"], edit["end_line"], edit["end_column"]) == (2, 1, 2, 4)
    assert finding["fix"]["edits"][1]["column"] == len("old = '😀'  ") + 1


def test_statistics_follow_the_findings(hybridize: Command, here: Path) -> None:
    (here / "a.py").write_text(HOT + HOT)
    out = hybridize("check", "--statistics")[1].splitlines()
    assert len(out) == 3
    assert out[2].startswith("2     HYB101 ")


def test_fail_on(hybridize: Command, here: Path) -> None:
    (here / "a.py").write_text(HOT)
    assert [hybridize("check", "--fail-on", level)[0] for level in ("info", "warning", "error", "never")] == [
        1,
        1,
        0,
        0,
    ]


def test_output_goes_to_the_file(hybridize: Command, here: Path) -> None:
    (here / "a.py").write_text(HOT)
    status, out, _ = hybridize("check", "--output", "found.txt")
    assert (status, out) == (1, "")
    assert (here / "found.txt").read_text() == "a.py:3:1: HYB101 found in def step(x):\n"
    assert hybridize("check", "--output", "no/such/folder")[0] == 2


def test_fix_writes_and_says_so(hybridize: Command, here: Path) -> None:
    path = here / "a.py"
    path.write_bytes(b"\xef\xbb\xbfimport tensorflow as tf\r\nold = 1  #! HYB401\r\n")
    path.chmod(0o640)
    status, out, err = hybridize("check", "--fix")
    assert (status, out, err) == (1, "", "hybridize: fixed 1 findings in 1 files\n")
    assert path.read_bytes() == b"\xef\xbb\xbfimport tensorflow as tf\r\nnew = 1  #\r\n"
    assert path.stat().st_mode & 0o777 == 0o640
    assert hybridize("check", "--fix") == (0, "", "")


def test_unsafe_fixes_need_to_be_asked_for(hybridize: Command, here: Path) -> None:
    (here / "a.py").write_text("import tensorflow\nold = 1  #! HYB401 unsafe\n")
    status, out, err = hybridize("check", "--fix")
    assert (status, err) == (1, "hybridize: 1 fix is unsafe: add --unsafe-fixes\n")
    assert "HYB401" in out
    assert hybridize("check", "--fix", "--unsafe-fixes")[2] == "hybridize: fixed 1 findings in 1 files\n"
    assert hybridize("check", "--unsafe-fixes")[::2] == (
        2,
        "hybridize: --unsafe-fixes needs --fix or --diff\n",
    )


def test_silenced_findings_are_not_fixed(hybridize: Command, here: Path) -> None:
    text = "import tensorflow\nold = 1  #! HYB401  # noqa: HYB401\n"
    (here / "a.py").write_text(text)
    assert hybridize("check", "--fix") == (0, "", "")
    assert hybridize("check", "--fix", "--ignore=HYB4") == (0, "", "")
    assert (here / "a.py").read_text() == text


def test_diff_prints_and_writes_nothing(hybridize: Command, here: Path) -> None:
    (here / "a.py").write_text(FIXABLE.rstrip("\n"))
    status, out, _ = hybridize("check", "--diff")
    no_newline = "\\ No newline at end of file\n"
    assert status == 1
    assert out == (
        "--- a/a.py\n+++ b/a.py\n@@ -1,2 +1,2 @@\n import tensorflow as tf\n"
        f"-old = 1  #! HYB401\n{no_newline}+new = 1  #\n{no_newline}"
    )
    assert (here / "a.py").read_text() == FIXABLE.rstrip("\n")


def test_a_file_that_cannot_be_written_faithfully_stays(hybridize: Command, here: Path) -> None:
    data = b"# coding: utf-7\nimport tensorflow\nold = '+AGE-'  #! HYB401\n"
    (here / "a.py").write_bytes(data)
    status, out, err = hybridize("check", "--fix")
    assert (here / "a.py").read_bytes() == data
    assert status == 1
    assert "HYB401 is not fixed: its encoding utf-7 does not allow a faithful rewrite" in err
    assert out.startswith("a.py:3:1: HYB401 ")


class Stdin:
    def __init__(self, data: bytes) -> None:
        import io

        self.buffer = io.BytesIO(data)


def test_stdin_is_named(hybridize: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", Stdin(HOT.encode()))
    assert hybridize("check", "-")[1] == "stdin:3:1: HYB101 found in def step(x):\n"
    monkeypatch.setattr("sys.stdin", Stdin(HOT.encode()))
    assert hybridize("check", "-", "--stdin-display-name", "pkg/a.py")[1].startswith("pkg/a.py:3:1: HYB101")


def test_stdin_is_fixed_to_stdout(hybridize: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    data = FIXABLE.replace("\n", "\r\n") + HOT
    monkeypatch.setattr("sys.stdin", Stdin(data.encode()))
    status, out, err = hybridize("check", "-", "--fix")
    assert out == data.replace("old", "new").replace("#! HYB401", "#")
    assert (status, err) == (1, "stdin:5:1: HYB101 found in def step(x):\n")
    monkeypatch.setattr("sys.stdin", Stdin(HOT.encode()))
    assert hybridize("check", "-", "--fix")[1] == HOT


def test_jobs_change_nothing(hybridize: Command, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flake8_hybridize.hosts.batch.PARALLEL_FROM", 0)
    for number in range(40):
        (here / f"m{number}.py").write_text(HOT * (number % 3))
    (here / "bad.py").write_text("import tensorflow (\n")
    alone = hybridize("check", "--jobs=1")
    assert alone[1].count("HYB101") == 39
    assert [hybridize("check", f"--jobs={jobs}") for jobs in ("2", "7", "auto")] == [alone] * 3


def test_a_file_deleted_while_running(
    hybridize: Command, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def files(*arguments: object) -> list[str]:
        found = python_files(*arguments)  # type: ignore[arg-type]
        (here / "a.py").unlink()
        return found

    monkeypatch.setattr("flake8_hybridize.hosts.batch.python_files", files)
    for name in "ab":
        (here / f"{name}.py").write_text(HOT)
    status, out, err = hybridize("check")
    assert (status, out) == (2, "b.py:3:1: HYB101 found in def step(x):\n")
    assert err == "hybridize: a.py: cannot be read: No such file or directory\n"


def test_a_file_changed_meanwhile_is_not_overwritten(
    hybridize: Command, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flake8_hybridize.hosts import batch

    def run(*arguments: object) -> object:
        outcome = batch_run(*arguments)  # type: ignore[arg-type]
        (here / "a.py").write_text("import this\n")
        return outcome

    batch_run = batch.run
    monkeypatch.setattr(batch, "run", run)
    (here / "a.py").write_text(FIXABLE)
    status, _, err = hybridize("check", "--fix")
    assert (status, err) == (2, "hybridize: a.py: was changed by someone else while it was being fixed\n")
    assert (here / "a.py").read_text() == "import this\n"


def test_names_that_are_no_text(hybridize: Command, here: Path) -> None:
    name = os.fsdecode(b"caf\xe9.py")
    (here / name).write_text(HOT)
    from flake8_hybridize.hosts.cli import main

    assert main(["check", "--output", "found"]) == 1
    assert (here / "found").read_bytes().startswith(b"caf\xe9.py:3:1: HYB101")
