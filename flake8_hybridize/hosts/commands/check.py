"""Report findings, and fix them with --fix."""

from __future__ import annotations

import argparse
from functools import partial

from flake8_hybridize.hosts import arguments as common
from flake8_hybridize.hosts import batch, console, rewriting
from flake8_hybridize.hosts.work import STDIN, Task
from flake8_hybridize.options import Options
from flake8_hybridize.report import formats
from flake8_hybridize.report.run import Run
from flake8_hybridize.results import Applicability, Severity

RANK = {Severity.INFO.value: 0, Severity.WARNING.value: 1, Severity.ERROR.value: 2, "never": 3}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this subcommand."""
    common.add_paths(parser)
    parser.add_argument(
        "--format", choices=formats.CHECK, default="text", help="form of the result (default: text)"
    )
    parser.add_argument(
        "--fix", action="store_true", help="apply the safe fixes; with - print the fixed text"
    )
    parser.add_argument(
        "--unsafe-fixes", action="store_true", help="with --fix or --diff: the unsafe ones too"
    )
    parser.add_argument("--diff", action="store_true", help="print what --fix would change, write nothing")
    parser.add_argument("--statistics", action="store_true", help="count the findings of each code")
    parser.add_argument(
        "--fail-on",
        choices=RANK,
        default=Severity.INFO.value,
        help="least severity of a finding that makes the exit status 1 (default: info)",
    )
    common.add_settings(parser)


def run(arguments: argparse.Namespace) -> int:
    """Check, fix or diff; returns the exit status."""
    fixing = arguments.fix or arguments.diff
    if arguments.unsafe_fixes and not fixing:
        raise console.UsageError("--unsafe-fixes needs --fix or --diff")
    if arguments.fix and STDIN in arguments.paths and len(arguments.paths) > 1:
        raise console.UsageError("--fix takes - only alone")
    shown = arguments.format in formats.WITH_FIXES
    task = common.task(arguments, fix=fixing, unsafe=arguments.unsafe_fixes, fixes=shown)
    outcome = batch.run(task, task.paths)
    if arguments.diff:
        console.result(rewriting.diff(outcome), arguments.output)
    elif arguments.fix:
        outcome = _fix(outcome, task, arguments)
    else:
        console.result(_text(outcome, arguments), arguments.output)
    for note in (note for result in outcome.results for note in result.notes):
        console.say(note)
    if fixing and not arguments.unsafe_fixes and (count := _unsafe(outcome)):
        console.say(f"{count} {'fix is' if count == 1 else 'fixes are'} unsafe: add --unsafe-fixes")
    if unasked := _opt_in_only(task.settings.options):
        console.say(f"{', '.join(unasked)} is opt-in: add --extend-select {','.join(unasked)}")
    console.say_errors(outcome.errors)
    return _status(outcome, arguments.fail_on)


def _fix(outcome: Run, task: Task, arguments: argparse.Namespace) -> Run:
    if task.paths == (STDIN,):
        console.result(rewriting.fixed_stdin(outcome, task.stdin), arguments.output)
        console.say_text(_text(outcome, arguments))
        return outcome
    outcome = rewriting.settled(outcome, partial(batch.run, task))
    console.result(_text(outcome, arguments), arguments.output)
    fixed = [result.rewrite for result in outcome.results if result.rewrite]
    if fixed:
        console.say(f"fixed {sum(len(rewrite.applied) for rewrite in fixed)} findings in {len(fixed)} files")
    return outcome


def _text(outcome: Run, arguments: argparse.Namespace) -> str:
    text = formats.render(formats.CHECK[arguments.format], outcome)
    if arguments.statistics and arguments.format == "text":
        text += formats.render("statistics", outcome)
    return text


def _unsafe(outcome: Run) -> int:
    """How many findings have a fix that was not asked for."""
    fixes = (finding.fix for finding in outcome.findings)
    return sum(fix is not None and fix.applicability is Applicability.UNSAFE for fix in fixes)


def _opt_in_only(options: Options) -> list[str]:
    """What is selected but never reported, because all of it is opt-in and `extend-select` does not name it."""
    if not options.select:
        return []
    from flake8_hybridize.rules.registry import RULES  # all of the analysis

    unasked = {rule.code for rule in RULES.values() if rule.opt_in} - {
        code for code in RULES if code.startswith(options.extend_select or ("\0",))
    }
    return [
        code
        for code in options.select
        if (meant := {name for name in RULES if name.startswith(code)}) and meant <= unasked
    ]


def _status(outcome: Run, fail_on: str) -> int:
    if outcome.errors:
        return console.FAILED
    rewritten = any(result.rewrite for result in outcome.results)
    bad = any(RANK[finding.severity.value] >= RANK[fail_on] for finding in outcome.findings)
    return console.FINDINGS if rewritten or bad else console.CLEAN
