"""The cache changes nothing but the time: every change that matters is noticed, every damage survived."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from flake8_hybridize.cache import store
from flake8_hybridize.cache.store import NAME, Store
from flake8_hybridize.hosts import batch, guard
from flake8_hybridize.hosts.cli import main
from tests.cache.edits import LONG_AGO


@pytest.fixture
def analysed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Paths of the files that are analysed, and not found in the cache."""
    seen: list[str] = []
    real = guard.analysed

    def counted(source: Any, *rest: Any) -> Any:
        seen.append(source.path.replace(os.sep, "/"))
        return real(source, *rest)

    monkeypatch.setattr("flake8_hybridize.hosts.work.analysed", counted)
    return seen


def report(*arguments: str) -> Any:
    """What the command prints for the working directory, without the time it took."""
    output = Path("..", "report.json")
    main(["report", "--format", "json", "--jobs", "1", "--output", str(output), *(arguments or ["."])])
    found = json.loads(output.read_text())
    del found["seconds"]
    return found


def rewrite(path: Path, old: str, new: str) -> None:
    """Changes a file, long ago."""
    text = path.read_text() if path.exists() else old
    assert old in text
    path.write_text(text.replace(old, new))
    os.utime(path, (LONG_AGO, LONG_AGO + 60))


def test_the_second_run_analyses_nothing_and_says_the_same(project: Path, analysed: list[str]) -> None:
    cold = report()
    assert len(analysed) == len(list(project.rglob("*.py")))
    analysed.clear()
    assert report() == cold
    assert analysed == []


def test_without_the_cache_nothing_is_read_or_written(
    project: Path, analysed: list[str], tmp_path: Path
) -> None:
    folder = tmp_path / "kept"
    report(".", "--no-cache", "--cache-dir", str(folder))
    assert not folder.exists()
    first = len(analysed)
    report(".", "--no-cache", "--cache-dir", str(folder))
    assert len(analysed) == 2 * first


CHANGES = [
    ("the file itself", "denoise/measures.py", "return np.std(images)", "return tf.math.reduce_std(images)", "denoise/measures.py"),
    ("a callee", "denoise/losses.py", '_calls.append("charbonnier")', "pass", "denoise/restore.py"),
    ("the callee of a callee", "denoise/models/base.py", "self.passes += 1", "pass", "denoise/restore.py"),
    ("a caller", "train.py", "for times in range(1, 20):", "for times in (3,):", "denoise/measures.py"),
    ("a subclass", "denoise/training/supervised.py", "tracked(clean, self", "print(clean, self", "denoise/training/trainer.py"),
    ("a re-export", "denoise/__init__.py", "import charbonnier, tracked", "import charbonnier, charbonnier as tracked", "denoise/restore.py"),
    ("a constant", "denoise/settings.py", "WARMUP_ROUNDS = 3", "WARMUP_ROUNDS = 300", "train.py"),
    ("a new caller", "again.py", "", "from denoise.measures import warmed_up\n\nwhile True:\n    warmed_up(1)\n", "denoise/measures.py"),
    ("a new module that comes first", "denoise/models/small/__init__.py", "", "class Small: ...\n", "denoise/restore.py"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "old", "new", "affected"), [c[1:] for c in CHANGES], ids=[c[0] for c in CHANGES]
)
def test_a_change_is_noticed_where_it_matters(
    project: Path, analysed: list[str], path: str, old: str, new: str, affected: str
) -> None:
    before = report()
    target = project / path
    target.parent.mkdir(exist_ok=True)
    rewrite(target, old, new)
    analysed.clear()
    warm = report()
    assert affected in [name.removeprefix("./") for name in analysed]
    assert warm == report(".", "--no-cache")
    assert warm != before


def test_a_change_elsewhere_costs_nothing(project: Path, analysed: list[str]) -> None:
    report()
    rewrite(project / "train_replicas.py", '"epoch"', '"round"')
    analysed.clear()
    report()
    assert "denoise/settings.py" not in analysed
    assert "denoise/restore.py" not in analysed
    assert "denoise/training/trainer.py" not in analysed


def test_other_settings_have_other_results(project: Path, analysed: list[str]) -> None:
    report()
    analysed.clear()
    report(".", "--no-follow-imports")
    assert len(analysed) > 10


def test_a_file_that_was_written_just_now_is_not_remembered(project: Path, analysed: list[str]) -> None:
    (project / "denoise" / "settings.py").touch()
    report()
    analysed.clear()
    report()
    assert "denoise/settings.py" in analysed


@pytest.mark.parametrize("damage", [b"", b"no database", b"SQLite format 3\x00" + b"\xff" * 5000])
def test_a_damaged_cache_is_a_new_one(project: Path, tmp_path: Path, damage: bytes) -> None:
    cold = report(".", "--cache-dir", str(tmp_path / "kept"))
    for extra in tmp_path.glob("kept/*-*"):
        extra.unlink()
    (tmp_path / "kept" / NAME).write_bytes(damage)
    assert report(".", "--cache-dir", str(tmp_path / "kept")) == cold
    assert report(".", "--cache-dir", str(tmp_path / "kept")) == cold


def test_entries_that_make_no_sense_are_passed_over(project: Path, tmp_path: Path) -> None:
    cold = report(".", "--cache-dir", str(tmp_path / "kept"))
    base = sqlite3.connect(tmp_path / "kept" / NAME)
    base.execute("UPDATE results SET value = x'00', basis = basis")
    base.commit()
    base.close()
    assert report(".", "--cache-dir", str(tmp_path / "kept")) == cold


def test_a_folder_that_cannot_be_made_is_no_failure(project: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert report(".", "--cache-dir", str(tmp_path / "file" / "kept")) == report(".", "--no-cache")


def test_a_folder_where_nothing_can_be_made_is_no_failure(project: Path) -> None:
    assert report(".", "--cache-dir", "/proc/hybridize") == report(".", "--no-cache")


def damage(file: Path, how: str) -> None:
    """What may have become of the file of the cache."""
    whole = file.read_bytes()
    if how == "cut off":
        file.write_bytes(whole[: len(whole) // 2])
    elif how == "overwritten inside":
        file.write_bytes(whole[:4096] + b"\xa5" * (len(whole) - 4096))
    else:
        file.unlink()
    if how == "another table":
        with sqlite3.connect(file) as base:
            base.execute("CREATE TABLE results (key BLOB, value BLOB)")
    elif how == "a folder":
        file.mkdir()
    elif how == "a link to nothing":
        file.symlink_to(file.with_name("gone"))
    elif how == "a link to something else":
        file.with_name("letter").write_text("dear cache, " * 999)
        file.symlink_to(file.with_name("letter"))


@pytest.mark.parametrize(
    "how",
    [
        "cut off",
        "overwritten inside",
        "another table",
        "a folder",
        "a link to nothing",
        "a link to something else",
    ],
)
def test_whatever_becomes_of_the_file_the_report_is_the_same(
    project: Path, tmp_path: Path, how: str, capfd: pytest.CaptureFixture[str], analysed: list[str]
) -> None:
    folder = tmp_path / "kept"
    cold = report(".", "--cache-dir", str(folder))
    sqlite3.connect(folder / NAME).execute("PRAGMA wal_checkpoint(TRUNCATE)").connection.close()
    for extra in folder.glob("*-*"):
        extra.unlink()
    damage(folder / NAME, how)
    for _ in range(3):
        analysed.clear()
        assert report(".", "--cache-dir", str(folder)) == cold
    assert capfd.readouterr().err == ""
    assert analysed == [] or how == "a folder"
    if how == "a link to something else":
        assert (folder / "letter").read_text().startswith("dear cache")


def test_a_cache_that_another_process_holds_is_not_waited_for_long(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "PATIENCE", 0.05)
    cold = report(".", "--no-cache")
    first = Store(tmp_path / "kept")
    holder = sqlite3.connect(tmp_path / "kept" / NAME, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    assert report(".", "--cache-dir", str(tmp_path / "kept")) == cold
    holder.execute("ROLLBACK")
    holder.close()
    first.close()
    assert (tmp_path / "kept" / NAME).exists()


def test_who_makes_the_file_at_the_same_time_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite does not wait itself where two switch a new file to another journal: the second is told at once."""
    refused = iter(["database is locked"] * 3)
    connect = sqlite3.connect

    def open_late(*args: Any, **options: Any) -> sqlite3.Connection:
        for reason in refused:
            raise sqlite3.OperationalError(reason)
        base: sqlite3.Connection = connect(*args, **options)
        return base

    monkeypatch.setattr(sqlite3, "connect", open_late)
    kept = Store(tmp_path)
    kept.put(b"key", b"basis", b"value")
    kept.flush()
    assert (kept.broken, kept.get(b"key")) == ("", (b"basis", b"value"))


def test_a_full_disk_is_no_failure(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Store._open

    def small(self: Store) -> sqlite3.Connection:
        base = real(self)
        base.execute("PRAGMA max_page_count = 8")
        return base

    monkeypatch.setattr(Store, "_open", small)
    cold = report(".", "--no-cache")
    for _ in range(2):
        assert report(".", "--cache-dir", str(tmp_path / "kept")) == cold


def test_an_interrupted_run_leaves_nothing_wrong(project: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "flake8_hybridize", "report", "--format", "csv", "--jobs", "1"]
    cached = [*command, "--cache-dir", str(tmp_path / "kept"), "."]
    for patience in (0.2, 0.6):
        process = subprocess.Popen(
            cached,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
        )
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
        process.send_signal(signal.SIGINT)
        process.communicate()
    alone = subprocess.run([*command, "--no-cache", "."], capture_output=True, check=True).stdout
    for _ in range(2):
        assert subprocess.run(cached, capture_output=True, check=True).stdout == alone


def test_several_processes_write_at_a_time(project: Path, tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "flake8_hybridize",
        "report",
        "--format",
        "csv",
        "--cache-dir",
        str(tmp_path / "kept"),
        ".",
    ]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(3)]
    outcomes = [process.communicate() for process in running]
    assert {out for out, _ in outcomes} == {outcomes[0][0]}
    assert [error for _, error in outcomes] == [b"", b"", b""]
    assert subprocess.run(command, capture_output=True, check=True).stdout == outcomes[0][0]


def test_threads_that_write_lose_nothing(tmp_path: Path) -> None:
    def write(start: int) -> None:
        mine = Store(tmp_path)
        for number in range(start, start + 40):
            mine.put(b"%d" % number, b"basis", b"value")
            mine.flush()
        mine.close()

    threads = [threading.Thread(target=write, args=(start,)) for start in (0, 100, 200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = Store(tmp_path)
    assert all(kept.get(b"%d" % (start + n)) for start in (0, 100, 200) for n in range(40))


def test_what_was_not_used_for_longest_goes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MOST_BYTES", 100_000)
    full = Store(tmp_path)
    for number in range(60):
        monkeypatch.setattr("time.time", lambda number=number: number)
        full.put(b"%d" % number, b"", os.urandom(5000))
        full.flush()
    assert full.get(b"59") is not None
    assert full.get(b"0") is None
    full.close()
    assert (tmp_path / NAME).stat().st_size < 250_000


@pytest.mark.parametrize("jobs", [2, 3])
@pytest.mark.parametrize("cache", ["cold", "warm", "none"])
def test_the_report_is_the_same_for_any_number_of_jobs(
    project: Path, monkeypatch: pytest.MonkeyPatch, jobs: int, cache: str
) -> None:
    alone = report(".", "--no-cache")
    monkeypatch.setattr(batch, "PARALLEL_FROM", 0)
    switches = ["--no-cache"] if cache == "none" else []
    if cache == "warm":
        report(".", "--jobs", str(jobs))
    assert report(".", "--jobs", str(jobs), *switches) == alone
