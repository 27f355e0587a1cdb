"""Runs the benchmark and prints it as a table; see the package's docstring."""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.corpus import SETS, Corpus, corpus, own
from benchmarks.programs import Program, programs, versions

NATIVE = ("plugin native", "check native", "report native")
NAMES = ("flake8", "plugin", "bugbear", "check", "report", *NATIVE, "ast.parse", "ruff", "pylint")


@dataclass(frozen=True, slots=True)
class Figure:
    """One run: seconds of CPU and wall time of the process tree, megabytes of its largest process.

    `failure` says why the run says nothing: it was given up, or the program failed.
    """

    program: str
    jobs: int
    state: str
    cpu: float
    wall: float
    memory: float
    failure: str = ""


def main() -> None:
    """Measure and print."""
    arguments = _arguments()
    folder: Path = arguments.folder
    known = programs(folder, compiled=not {*NATIVE}.isdisjoint(arguments.programs))
    print(f"{_machine()}; {versions(folder)}\n")
    for code in (
        [own(arguments.code)] if arguments.code else (corpus(name, folder) for name in arguments.sets)
    ):
        figures = []
        for program in (known[name] for name in arguments.programs):
            for figure in _measured(program, code, arguments.jobs, arguments.timeout):
                told = f"{figure.program}, {figure.jobs} jobs, {figure.state}: {figure.cpu:.1f} s {figure.failure}"
                print(told, file=sys.stderr)
                figures.append(figure)
        print(_table(code, figures), flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Compare linters on the same files."
    )
    parser.add_argument("--folder", type=Path, default=_cache() / "hybridize-benchmarks")
    parser.add_argument("--sets", nargs="+", choices=SETS, default=list(SETS))
    parser.add_argument("--code", type=Path, help="a folder to measure in place of the sets")
    parser.add_argument("--programs", nargs="+", choices=NAMES, default=NAMES)
    parser.add_argument("--jobs", nargs="+", type=int, default=[1, 2])
    parser.add_argument("--timeout", type=float, default=3600.0, help="seconds after which a run is given up")
    return parser.parse_args()


def _cache() -> Path:
    named = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return Path(named) if named else Path.home() / ".cache"


def _measured(program: Program, code: Corpus, jobs: Sequence[int], timeout: float) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as small:
        Path(small, "small.py").write_text("import tensorflow as tf\n", encoding="utf-8")
        _run(program, Path(small), 1, small, timeout)
    for number in jobs if program.parallel else [1]:
        cache = tempfile.mkdtemp()
        try:
            for state in ("cold", "warm") if program.cached else ("cold",):
                yield _run(program, code.folder, number, cache, timeout, state)
        finally:
            shutil.rmtree(cache, ignore_errors=True)


def _run(program: Program, folder: Path, jobs: int, cache: str, timeout: float, state: str = "") -> Figure:
    command = [part.replace("{jobs}", str(jobs)).replace("{cache}", cache) for part in program.command]
    environment = {**os.environ, "PYTHONPATH": "", **program.environment}
    null = subprocess.DEVNULL
    started = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=null, stderr=null, start_new_session=True
    )
    ended, failure = None, ""
    while ended is None:
        pid, status, found = os.wait4(process.pid, os.WNOHANG)
        if pid:
            ended = found
            failure = failure or (f"failed, status {os.waitstatus_to_exitcode(status)}" if status else "")
        elif time.perf_counter() - started > timeout and not failure:
            failure = f"given up after {timeout:.0f} s"
            os.killpg(process.pid, signal.SIGKILL)
        else:
            time.sleep(0.02)
    process.returncode = 0
    wall = time.perf_counter() - started
    return Figure(
        program.name, jobs, state, ended.ru_utime + ended.ru_stime, wall, ended.ru_maxrss / 1024, failure
    )


def _table(code: Corpus, figures: Sequence[Figure]) -> str:
    base = {
        figure.jobs: figure.cpu for figure in figures if figure.program == "flake8" and not figure.failure
    }
    lines = [
        f"`{code.name}`: {code.source}; {code.files} files, {code.lines} lines",
        "",
        "| program | jobs | | CPU ÷ flake8 | CPU s | wall s | KLOC per CPU s | MB |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for figure in figures:
        if figure.failure:
            lines.append(f"| {figure.program} | {figure.jobs} | {figure.state} | {figure.failure} | | | | |")
            continue
        alone = base.get(figure.jobs)
        ratio = f"{figure.cpu / alone:.2f}" if alone else ""
        speed = code.lines / 1000 / figure.cpu
        lines.append(
            f"| {figure.program} | {figure.jobs} | {figure.state} | {ratio} | {figure.cpu:.2f} | {figure.wall:.2f} "
            f"| {speed:.1f} | {figure.memory:.0f} |"
        )
    return "\n".join([*lines, ""])


def _machine() -> str:
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [
            line.partition(":")[2].strip() for line in info.read_text().splitlines() if "model name" in line
        ]
        model = names[0] if names else model
    return f"{model}, {os.cpu_count()} cores, {platform.system()} {platform.release()}"


if __name__ == "__main__":
    main()
