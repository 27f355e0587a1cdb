"""Many files, one after the other or in several processes, with the same result in the same order."""

from __future__ import annotations

import gc
import os
import signal
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from typing import Any

from flake8_hybridize.hosts.discovery import python_files
from flake8_hybridize.hosts.garbage import kept
from flake8_hybridize.hosts.work import STDIN, Task, Worker
from flake8_hybridize.report.run import FileError, FileResult, Run

PARALLEL_FROM = 400_000
"""Bytes of Python below which starting processes costs more than it saves."""

PATIENCE = 1.5
"""Seconds before a progress bar appears."""

_worker: Worker | None = None


def run(task: Task, paths: Sequence[str]) -> Run:
    """The results for all files below `paths`, sorted by path."""
    started = time.perf_counter()
    unread: list[FileError] = []
    found = python_files(paths, task.settings.exclude, lambda error: unread.append(_unread(error)))
    # But for fixes, only `Project.kept_small` makes garbage, and collects it.
    gc.unfreeze()  # what an earlier run in this process left behind
    with nullcontext() if task.fix else kept():
        results = tuple(_progress(_results(task, found), len(found)))
    return Run(results, time.perf_counter() - started, tuple(unread))


def _unread(error: OSError) -> FileError:
    return FileError(str(error.filename), None, f"cannot be read: {error.strerror}")


def _results(task: Task, files: list[str]) -> Iterator[FileResult]:
    jobs = min(task.settings.jobs, len(files))
    if jobs < 2 or sum(map(_size, files)) < PARALLEL_FROM:
        worker = Worker(task)
        try:
            yield from map(worker, files)
        finally:
            worker.close()
        return
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(jobs, initializer=_start, initargs=(task,)) as pool:
        try:
            yield from pool.map(_work, files, chunksize=max(1, min(16, len(files) // (4 * jobs))))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _size(path: str) -> int:
    try:
        return 0 if path == STDIN else os.stat(path).st_size
    except (OSError, ValueError):
        return 0


def _start(task: Task) -> None:
    from multiprocessing.util import Finalize

    global _worker
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if not task.fix:
        gc.disable()
    _worker = Worker(task)
    Finalize(None, _worker.close, exitpriority=1)


def _work(path: str) -> FileResult:
    assert _worker is not None
    return _worker(path)


def _progress(results: Iterable[FileResult], total: int) -> Iterator[FileResult]:
    """The results as they come; after a while with a progress bar on a terminal's standard error."""
    bar: Any = None
    started = time.monotonic()
    try:
        for number, result in enumerate(results, 1):
            if bar is None and time.monotonic() - started > PATIENCE and sys.stderr.isatty():
                bar = _bar(total)
            if bar is not None:
                bar.update(bar.task_ids[0], completed=number)
            yield result
    finally:
        if bar is not None:
            bar.stop()


def _bar(total: int) -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    bar.add_task("files", total=total)
    bar.start()
    return bar
