"""The report on a project is the same for any number of jobs, with and without a cache, in any order of the files."""

from __future__ import annotations

import itertools
import json
import os
import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from unittest import mock

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flake8_hybridize.cache.store import NAME
from flake8_hybridize.config import load
from flake8_hybridize.hosts import batch
from flake8_hybridize.hosts.work import Task, Worker
from flake8_hybridize.report.functions_json import unpacked
from flake8_hybridize.report.run import FileResult
from tests.verdict.programs import LEAVES, Part, Program, programs

LONG_AGO = 1_600_000_000
SLOW = list(HealthCheck)
Results = dict[str, FileResult]


def task(folder: Path, verdicts: bool, cache: Path | None) -> Task:
    """The report, or the check with all codes, of the folder."""
    keeping = {"no-cache": True} if cache is None else {"cache-dir": str(cache)}
    given = {"jobs": 2, "extend-select": ["HYB"], **keeping}
    return Task(load(given), (str(folder),), verdicts=verdicts, rows=verdicts)


def run(todo: Task, orders: list[list[str]]) -> Results:
    """What workers say that take turns, one file each; each has its share of the files, in some order."""
    workers = [Worker(todo) for _ in orders]
    found = {
        path: worker(path)
        for turn in itertools.zip_longest(*orders)
        for worker, path in zip(workers, turn)
        if path is not None
    }
    for worker in workers:
        worker.close()
    return found


@st.composite
def shares(draw: st.DrawFn) -> tuple[random.Random, int, str]:
    """How the files are given to workers: by chance, how many of these, in which order."""
    chance = draw(st.randoms(use_true_random=False))
    return chance, draw(st.integers(1, 2)), draw(st.sampled_from(("sorted", "reversed", "shuffled")))


def shared(files: list[str], how: tuple[random.Random, int, str]) -> list[list[str]]:
    """The files of each worker."""
    chance, jobs, order = how
    files = sorted(files, reverse=order == "reversed")
    if order == "shuffled":
        chance.shuffle(files)
    cuts = [chance.randrange(jobs) for _ in files]
    return [[file for file, worker in zip(files, cuts) if worker == number] for number in range(jobs)]


@st.composite
def changed(draw: st.DrawFn, program: Program) -> Program:
    """The program with one function that computes something else, or calls something else."""
    number = draw(st.integers(0, len(program.parts) - 1))
    part: Part = program.parts[number]
    others = [leaf for leaf in LEAVES if leaf != part.leaf]
    part = replace(
        part,
        leaf=draw(st.sampled_from(others)),
        decorated=draw(st.booleans()),
        uses=part.uses[draw(st.integers(0, len(part.uses))) :],
    )
    return replace(program, parts=(*program.parts[:number], part, *program.parts[number + 1 :]))


def write(program: Program, folder: Path, when: int) -> list[str]:
    """Writes the program at a time long gone, files that stay the same not at all; all its files."""
    with tempfile.TemporaryDirectory() as fresh:
        program.write(Path(fresh))
        for path in sorted(Path(fresh).rglob("*.*")):
            target = folder / path.relative_to(fresh)
            if not target.exists() or target.read_bytes() != path.read_bytes():
                target.parent.mkdir(exist_ok=True)
                target.write_bytes(path.read_bytes())
                os.utime(target, (when, when))
    return sorted(map(str, folder.rglob("*.py")))


def damage(cache: Path, chance: random.Random) -> None:
    """What may become of the file of a cache."""
    for extra in cache.glob(f"{NAME}-*"):
        extra.unlink()
    data = bytearray((cache / NAME).read_bytes())
    if chance.random() < 0.3:
        del data[chance.randrange(len(data)) :]
    for _ in range(chance.randrange(1, 200)):
        if data:
            data[chance.randrange(len(data))] = chance.randrange(256)
    (cache / NAME).write_bytes(data)


@contextmanager
def folders() -> Iterator[tuple[Path, Path]]:
    """A folder for the program, and one for the cache."""
    with tempfile.TemporaryDirectory() as root:
        (Path(root) / "program").mkdir()
        yield Path(root, "program").resolve(), Path(root, "kept")


@settings(max_examples=8, deadline=None, suppress_health_check=SLOW, derandomize=True)
@given(st.data(), programs(recursive=True), st.booleans())
def test_nothing_but_the_program_decides(data: st.DataObject, program: Program, verdicts: bool) -> None:
    with folders() as (folder, kept):
        files = write(program, folder, LONG_AGO)
        plain, cached = task(folder, verdicts, None), task(folder, verdicts, kept)
        alone = {path: run(plain, [[path]])[path] for path in files}
        for todo in (plain, cached, cached):  # without a cache, cold, warm
            assert run(todo, shared(files, data.draw(shares()))) == alone
        damage(kept, data.draw(st.randoms(use_true_random=False)))
        for todo in (cached, cached):
            assert run(todo, shared(files, data.draw(shares()))) == alone
        files = write(data.draw(changed(program)), folder, LONG_AGO + 60)
        alone = {path: run(plain, [[path]])[path] for path in files}
        assert run(cached, shared(files, data.draw(shares()))) == alone


@settings(max_examples=2, deadline=None, suppress_health_check=SLOW, derandomize=True)
@given(programs(recursive=True).filter(lambda program: len(program.parts) > 3), st.data())
def test_processes_change_nothing(program: Program, data: st.DataObject) -> None:
    with folders() as (folder, kept), mock.patch.object(batch, "PARALLEL_FROM", 0):
        files = write(program, folder, LONG_AGO)
        alone = tuple(run(task(folder, True, None), [[path]])[path] for path in files)
        for cache in (None, kept, kept):
            assert batch.run(task(folder, True, cache), [str(folder)]).results == alone
        files = write(data.draw(changed(program)), folder, LONG_AGO + 60)
        alone = tuple(run(task(folder, True, None), [[path]])[path] for path in files)
        assert batch.run(task(folder, True, kept), [str(folder)]).results == alone
        assert sum(len(json.loads(b"[" + unpacked(result.rows) + b"]")) for result in alone) > len(
            program.parts
        )
