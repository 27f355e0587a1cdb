"""Run a fixture eagerly and traced under the real TensorFlow and say how the two differ.

`python -m tests.truth.harness FILE...` prints both outcomes of each file.
"""

from __future__ import annotations

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import gc
import importlib.util
import json
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any

import tensorflow as tf

from tests.truth.capture import Seen, TooLong, captured
from tests.truth.edit import COUNT, IDENTITY, TRACED, Versions, versions
from tests.truth.header import Header, parse_header
from tests.truth.values import picture, same

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 90.0
HANG_SECONDS = 15.0
_READY = "truth: tensorflow is loaded"
_serial = count()
# Every run clears the Keras session, which collects garbage: TensorFlow's own objects need not be looked at.
gc.freeze()


@dataclass
class Outcome:
    """One run: the picture of what `drive()` returned, or where and how it failed."""

    value: Any = None
    failed_at: str = ""
    error: str = ""
    traces: int = 0
    seen: Seen = field(default_factory=Seen)

    @property
    def failed(self) -> bool:
        """Whether an exception left the program."""
        return bool(self.failed_at)


@dataclass(frozen=True)
class Truth:
    """What TensorFlow did: `label` in the words of the header, with the reasons."""

    label: str
    reasons: tuple[str, ...]
    eager: Outcome | None = None
    traced: Outcome | None = None


def _identity(func: Any = None, *args: Any, **kwargs: Any) -> Any:
    return func if func is not None else lambda wrapped: wrapped


def _tracer(header: Header) -> Callable[..., Any]:
    options: dict[str, Any] = dict.fromkeys(header.options, True)
    if header.xla:
        options["jit_compile"] = True

    def decorate(func: Any = None, **kwargs: Any) -> Any:
        return tf.function(func, **{**options, **kwargs})

    return decorate


def run(text: str, names: dict[str, Any], seconds: float = SECONDS) -> Outcome:
    """Execute a program in a fresh module with `names` put into it, call `drive()`, return the outcome."""
    outcome, folder = Outcome(), Path(tempfile.mkdtemp(prefix="truth_src_"))
    name = f"truth_fixture_{next(_serial)}"
    file = folder / f"{name}.py"
    file.write_text(text, encoding="utf-8")
    try:
        with captured(seconds) as seen:
            outcome.seen = seen
            try:
                _execute(file, name, names, outcome)
            except (Exception, SystemExit) as error:
                outcome.failed_at = outcome.failed_at or "drive"
                outcome.error = f"{type(error).__name__}: {_summary(error)}"
    except TooLong as error:
        outcome.failed_at, outcome.error = "timeout", str(error)
    finally:
        sys.modules.pop(name, None)
        shutil.rmtree(folder, ignore_errors=True)
    return outcome


def _execute(file: Path, name: str, names: dict[str, Any], outcome: Outcome) -> None:
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    module: ModuleType = importlib.util.module_from_spec(spec)
    vars(module).update(names)
    sys.modules[name] = module
    outcome.failed_at = "import"
    spec.loader.exec_module(module)
    outcome.failed_at = "drive"
    if hasattr(module, "drive"):
        outcome.value = picture(module.drive())
    outcome.failed_at = ""


def _summary(error: BaseException) -> str:
    """The last line of an error that names an exception: AutoGraph puts its own story before it."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    named = [line for line in lines if line.split(":")[0].endswith(("Error", "Exception"))]
    return (named or lines or [""])[-1 if named else 0][:300]


def run_eager(pair: Versions) -> Outcome:
    """Run the eager version."""
    return run(pair.eager, {IDENTITY: _identity})


def run_traced(pair: Versions, header: Header) -> Outcome:
    """Run the traced version, counting how often the target's body is traced."""
    traces = [0]

    def tally() -> None:
        traces[0] += tf.inside_function()

    tally = tf.autograph.experimental.do_not_convert(tally)
    outcome = run(pair.traced, {IDENTITY: _identity, TRACED: _tracer(header), COUNT: tally})
    outcome.traces = traces[0]
    return outcome


def compare(eager: Outcome, traced: Outcome) -> Truth:
    """Return the label that the two outcomes deserve."""
    if eager.failed:
        return Truth("broken", (f"eager run failed at {eager.failed_at}: {eager.error}",), eager, traced)
    if traced.failed:
        label = {"import": "refused", "drive": "raises", "timeout": "hangs"}[traced.failed_at]
        return Truth(label, (traced.error,), eager, traced)
    reasons = [] if same(eager.value, traced.value) else ["value"]
    for name in ("stdout", "stderr", "log", "warned", "files"):
        before, after = getattr(eager.seen, name), getattr(traced.seen, name)
        if before != after:
            reasons.append(f"{name} {before!r:.200} against {after!r:.200}")
    return Truth("differs" if reasons else "same", tuple(reasons), eager, traced)


def measure(text: str, header: Header, here: bool = False) -> Truth:
    """Return what TensorFlow does with a fixture; `here` forbids another process."""
    if header.isolated and not here:
        return _in_process(text, header, SECONDS)
    if header.expect == "none":
        outcome = run(text, {})
        reasons = (f"{outcome.failed_at}: {outcome.error}",) if outcome.failed else ()
        return Truth("broken" if outcome.failed else "none", reasons, outcome)
    pair = versions(text, header)
    if header.expect == "hangs" and not here:
        eager = run_eager(pair)
        if eager.failed:
            return Truth("broken", (eager.error,), eager)
        return _in_process(text, header, HANG_SECONDS)
    eager = run_eager(pair)
    return compare(eager, run_traced(pair, header))


def _in_process(text: str, header: Header, seconds: float) -> Truth:
    """Measure in a process of its own, which is killed `seconds` after TensorFlow is loaded there."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "fixture.py"
        file.write_text(text, encoding="utf-8")
        command = [sys.executable, "-m", "tests.truth.harness", "--json", str(file)]
        pipe = subprocess.PIPE
        child = subprocess.Popen(command, cwd=ROOT, stdout=pipe, stderr=subprocess.DEVNULL, text=True)
        assert child.stdout is not None
        line = child.stdout.readline()
        while line and _READY not in line:
            line = child.stdout.readline()
        late = threading.Event()

        def stop() -> None:
            late.set()
            child.kill()

        timer = threading.Timer(seconds, stop)
        timer.start()
        answer = child.stdout.read()
        timer.cancel()
        child.wait()
    if late.is_set():
        return Truth("hangs", (f"killed after {seconds:.0f} s",))
    found = [json.loads(row) for row in answer.splitlines() if row.startswith('{"label"')]
    if not found:
        return Truth("broken", (f"the process ended with {child.returncode}",))
    outcome = Outcome(traces=found[-1]["traces"])
    return Truth(found[-1]["label"], tuple(found[-1]["reasons"]), None, outcome)


def disagreement(truth: Truth, header: Header) -> str:
    """Say in one line how the truth contradicts the header; empty when it does not."""
    wanted = "same" if header.expect in {"slower", "useless"} else header.expect
    if truth.label != wanted:
        reasons = "; ".join(truth.reasons) or "no difference"
        return f"expected {header.expect}, TensorFlow says {truth.label}: {reasons}"
    if header.traces is not None and truth.traced is not None and truth.traced.traces != header.traces:
        return f"expected {header.traces} traces, TensorFlow made {truth.traced.traces}"
    return ""


def _describe(title: str, outcome: Outcome | None) -> list[str]:
    if outcome is None:
        return []
    rows = [
        f"  {title}: " + (f"{outcome.failed_at}: {outcome.error}" if outcome.failed else f"{outcome.value}")
    ]
    for name, value in vars(outcome.seen).items():
        if value:
            rows.append(f"    {name}: {value!r}")
    if title == "traced":
        rows.append(f"    traces: {outcome.traces}")
    return rows


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main(arguments: list[str]) -> int:
    """Print what TensorFlow does with each file; return 1 when one contradicts its header."""
    as_json = "--json" in arguments
    if as_json:
        _say(_READY)
    worst = 0
    for argument in (a for a in arguments if a != "--json"):
        text = Path(argument).read_text(encoding="utf-8")
        header = parse_header(text, argument)
        truth = measure(text, header, here=as_json)
        if as_json:
            traces = truth.traced.traces if truth.traced else 0
            _say(json.dumps({"label": truth.label, "reasons": truth.reasons, "traces": traces}))
            continue
        wrong = disagreement(truth, header)
        worst = max(worst, bool(wrong))
        rows = [f"{argument}: {truth.label} {'; '.join(truth.reasons)}", *_describe("eager", truth.eager)]
        rows += _describe("traced", truth.traced) + ([f"  WRONG: {wrong}"] if wrong else [])
        _say("\n".join(rows))
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
