"""Everything a run leaves behind besides its return value, and the state put back after it."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import random
import re
import shutil
import signal
import sys
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import tensorflow as tf

from tests.truth.values import without_addresses

_LIBRARIES = re.compile(r"[/\\]site-packages[/\\](tensorflow|keras|absl|jax|h5py|numpy)[/\\]")
# Lines that TensorFlow's C++ side and its loggers write on their own.
_NOISE = re.compile(
    r"^(.*\[\[\{\{|\d{4}-\d\d-\d\d |[IWEF]\d{4} |[IWEF]0000 |WARNING:|INFO:|ERROR:|All log messages|\s*$)"
)


class TooLong(BaseException):
    """A run did not come back in time; no `except Exception` of a program swallows it."""


@dataclass
class Seen:
    """What somebody next to the program sees: terminal, log, warnings and files."""

    stdout: str = ""
    stderr: str = ""
    log: list[str] = field(default_factory=list)
    warned: list[str] = field(default_factory=list)
    files: dict[str, Any] = field(default_factory=dict)


class _Records(logging.Handler):
    def __init__(self, into: list[str]) -> None:
        super().__init__(logging.NOTSET)
        self.into = into

    def emit(self, record: logging.LogRecord) -> None:
        if not _LIBRARIES.search(record.pathname):
            self.into.append(without_addresses(f"{record.levelname} {record.getMessage()}"))


@contextlib.contextmanager
def _descriptor(number: int, name: str) -> Iterator[list[str]]:
    """Send a file descriptor and the stream of Python on it to a file; append its text at the end."""
    text: list[str] = []
    stream = getattr(sys, name)
    stream.flush()
    saved = os.dup(number)
    with tempfile.TemporaryFile() as file:
        os.dup2(file.fileno(), number)
        writer = io.TextIOWrapper(os.fdopen(os.dup(number), "wb", 0), "utf-8", write_through=True)
        setattr(sys, name, writer)
        try:
            yield text
        finally:
            setattr(sys, name, stream)
            writer.close()
            os.dup2(saved, number)
            os.close(saved)
            file.seek(0)
            text.append(file.read().decode("utf-8", "replace"))


@contextlib.contextmanager
def _logged(into: list[str]) -> Iterator[None]:
    handler, root = _Records(into), logging.getLogger()
    level, old = root.level, list(root.handlers)
    root.handlers[:] = [handler]
    root.setLevel(logging.DEBUG)
    levels = {name: logging.getLogger(name).level for name in ("absl", "tensorflow")}
    logging.getLogger("absl").setLevel(logging.DEBUG)
    tensorflow = logging.getLogger("tensorflow")
    handlers, tensorflow.handlers[:] = list(tensorflow.handlers), []
    try:
        yield
    finally:
        root.handlers[:] = old
        root.setLevel(level)
        tensorflow.handlers[:] = handlers
        for name, value in levels.items():
            logging.getLogger(name).setLevel(value)


@contextlib.contextmanager
def _restored() -> Iterator[None]:
    """Put back what a program may change for the whole process."""
    environment, eagerly = dict(os.environ), tf.config.functions_run_eagerly()
    policy, floatx = tf.keras.mixed_precision.global_policy(), tf.keras.backend.floatx()
    path = list(sys.path)
    try:
        yield
    finally:
        sys.path[:] = path
        os.environ.clear()
        os.environ.update(environment)
        tf.config.run_functions_eagerly(eagerly)
        _leave_debug_mode()
        tf.keras.mixed_precision.set_global_policy(policy)
        tf.keras.backend.set_floatx(floatx)
        tf.summary.experimental.set_step(None)  # type: ignore[no-untyped-call,unused-ignore]
        tf.keras.backend.clear_session()


def _leave_debug_mode() -> None:
    from tensorflow.python.data.ops import debug_mode

    debug_mode.toggle_debug_mode(False)


@contextlib.contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    def ring(number: int, frame: FrameType | None) -> None:
        raise TooLong(f"no result after {seconds:.0f} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextlib.contextmanager
def captured(seconds: float) -> Iterator[Seen]:
    """Run the block in an empty directory with fixed seeds; fill what was seen when it is left."""
    seen, here = Seen(), Path.cwd()
    work = Path(tempfile.mkdtemp(prefix="truth_cwd_"))
    random.seed(7)
    np.random.seed(7)
    tf.keras.utils.set_random_seed(7)
    try:
        with _restored(), warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("default")
            with _logged(seen.log), _descriptor(1, "stdout") as out, _descriptor(2, "stderr") as err:
                os.chdir(work)
                try:
                    with _alarm(seconds):
                        yield seen
                finally:
                    os.chdir(here)
            seen.stdout = without_addresses(out[0])
            seen.stderr = "\n".join(line for line in err[0].splitlines() if not _NOISE.match(line))
            seen.warned = [str(w.message) for w in caught if not _LIBRARIES.search(w.filename)]
            seen.files = _files(work)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _files(folder: Path) -> dict[str, Any]:
    """Relative path to content; checkpoints and archives by their presence, event files by step and tag."""
    found: dict[str, Any] = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        name = path.relative_to(folder).as_posix()
        if "tfevents" in path.name:
            found.setdefault(f"{Path(name).parent}/events", []).extend(_events(path))
        elif (
            path.name == "checkpoint"
            or path.suffix in {".index", ".keras", ".h5", ".npz"}
            or ".data-" in path.name
        ):
            found[name] = "present"
        else:
            found[name] = without_addresses(path.read_bytes().decode("utf-8", "replace"))
    return found


def _events(path: Path) -> list[tuple[int, str]]:
    from tensorflow.core.util import event_pb2

    steps: list[tuple[int, str]] = []
    for record in tf.data.TFRecordDataset(str(path)).as_numpy_iterator():
        event = event_pb2.Event.FromString(record)
        steps.extend((event.step, value.tag) for value in event.summary.value)
    return steps
