"""The one entry point of the analysis, for every host."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flake8_hybridize.hazards.base import Rule
from flake8_hybridize.hazards.summaries import Program
from flake8_hybridize.model.module import Class, Module
from flake8_hybridize.model.project import Project
from flake8_hybridize.model.reads import FILE
from flake8_hybridize.options import Options
from flake8_hybridize.results import Analysis, Finding
from flake8_hybridize.rules.context import Context
from flake8_hybridize.rules.registry import REPORTS, RULES
from flake8_hybridize.source.text import Source, UnreadableSource
from flake8_hybridize.tensors.engine import Engine
from flake8_hybridize.tensors.records import replace
from flake8_hybridize.verdict.callers import Callers, collect_callers
from flake8_hybridize.verdict.decide import Judge
from flake8_hybridize.verdict.judged import verdict
from flake8_hybridize.verdict.quiet import is_quiet, may_be_quiet
from flake8_hybridize.verdict.seeds import seeds_from_callers

MAX_SEED_ROUNDS = 3
DEEPEST = 9000
MOST_STEPS = 4
MOST_MODULES = 40
"""How far, and in how many modules, the callers of callers are looked for."""


def analyse(source: Source, options: Options, project: Project | None = None) -> Analysis:
    """Findings and verdicts for one file.

    Never raises for bad input: `Analysis.error` says in one line what is wrong with the file. Findings are
    filtered by the options (selection, opt-in codes, confidence), not by `noqa`.
    """
    lines = len(source.lines)
    if project is None:
        project = Project((os.path.dirname(os.path.abspath(source.path)),))  # type: ignore[arg-type]
    try:
        path = os.path.abspath(source.path)
        with _room_for_nesting(), project.reads.finding((FILE, path)):
            perhaps_quiet = not options.verdicts and may_be_quiet(path, source.text)
            module = project.read(source, passing=perhaps_quiet and not options.fixes)
            project.reads.whole(module)
            shared = _shared(project, options)
            if perhaps_quiet and is_quiet(shared, module):
                project.set_aside(module, source)
                return Analysis(source.path, lines=lines)
            context = _decide(source, options, shared, project.keep(module, source))
            reports = REPORTS if options.findings else ()
            found = [finding for report in reports for finding in report(context)]
            findings = tuple(sorted(set(_wanted(context, found)), key=_order))
            verdicts = tuple(verdict(judged, source) for judged in context.judged if options.verdicts)
            if options.fixes:
                findings = _with_fixes(context, findings)
            _done(context, shared)
    except UnreadableSource as error:
        return Analysis(source.path, lines=lines, error=str(error.message))
    except RecursionError:
        project.derived.clear()  # it may hold what was half made
        return Analysis(source.path, lines=lines, error="an expression is nested too deeply to be analysed")
    return Analysis(source.path, findings, verdicts, lines)


def _with_fixes(context: Context, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    from flake8_hybridize.fixes.attach import attach  # loads the parser of the concrete syntax

    return attach(context, findings)


@contextmanager
def _room_for_nesting() -> Iterator[None]:
    """Deep code (a thousand `elif`, a call chain of a thousand) needs more frames than Python allows by default.

    Other threads may have small stacks, so that the limit stays what it is there.
    """
    before = sys.getrecursionlimit()
    if threading.current_thread() is not threading.main_thread() or before >= DEEPEST:
        yield
        return
    sys.setrecursionlimit(DEEPEST)
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def _decide(source: Source, options: Options, shared: Program, module: Module) -> Context:
    program, callers = _settled(shared, module)
    judge = Judge(program, callers)
    judge.border.tensorflow_version = options.tensorflow_version
    judged = tuple(judge.judge(function) for function in module.functions if not function.is_lambda)
    return Context(source, module, options, program, callers, judge, judged)


def _shared(project: Project, options: Options) -> Program:
    """What is known of all modules of the run, whoever calls their functions."""
    key = f"program follow_imports={options.follow_imports} wrappers={options.wrappers}"
    shared: Program | None = project.derived.get(key)
    if shared is None:
        engine = Engine(project, options.follow_imports)
        engine.wrappers = frozenset(options.wrappers)
        shared = project.derived[key] = Program(engine)
    return shared


def _settled(shared: Program, module: Module) -> tuple[Program, Callers]:
    """The program and the call sites, after what they say about parameters was used to see the callees better."""
    project = shared.engine.project
    program, callers = _on_its_own(project, shared, module)
    if program is None:
        program, callers = _seen_alone(shared, module)
    if not shared.engine.follow_imports:
        return program, callers
    others = tuple(_callers_elsewhere(project, shared, module, callers))
    return _seeded(shared, program, replace(callers, others=others), module)


def _callers_elsewhere(project: Project, shared: Program, module: Module, own: Callers) -> list[Callers]:
    """Call sites in modules that may call functions of `module`, and in those that call the functions found there.

    A function that is handed to a helper is called by whoever calls the helper.
    """
    found: dict[Module, Callers] = {}
    waiting = [module, *own.helpers(module)]
    for _ in range(MOST_STEPS):
        beyond: list[Module] = []
        for target in waiting:
            for other in _callers_of(project, shared, target):
                if other is module or other in found or len(found) >= MOST_MODULES:
                    continue
                callers = _on_its_own(project, shared, other)[1]
                if target is module or callers.reach(target):
                    found[other] = callers
                    if callers.reach(target):
                        beyond += [other, *callers.helpers(module)]
        waiting = beyond
    return list(found.values())


def _callers_of(project: Project, shared: Program, module: Module) -> list[Module]:
    """Modules that may call functions of `module`: by name, or as the base of a class does with its overrides."""
    found = dict.fromkeys(project.callers_of(module))
    for cls in module.classes:
        bases = (base for base in shared.engine.mro(cls) if isinstance(base, Class))
        found.update((base.module, None) for base in bases if base.module is not module)
    return list(found)


def _on_its_own(project: Project, shared: Program, module: Module) -> tuple[Program | None, Callers]:
    """The same for one module without its callers elsewhere; made once, for all files that ask.

    The program is None when the module's own functions are decided, since others ask for the call sites only.
    """
    known: dict[Module, tuple[Program | None, Callers]] = project.derived.setdefault(("modules", shared), {})
    reads, alone = project.reads, ("on its own", module)
    reads.note(alone)
    if module not in known:
        with reads.finding(alone):
            reads.whole(module)
            known[module] = _seen_alone(shared, module)
    return known[module]


def _seen_alone(shared: Program, module: Module) -> tuple[Program, Callers]:
    return _seeded(shared, shared, collect_callers(shared, (module,)), module)


def _done(context: Context, shared: Program) -> None:
    """The functions of the module are decided: lets go of what was found out for that alone."""
    context.judge.close()
    module = context.module
    known = shared.engine.project.derived[("modules", shared)]
    callers = known[module][1]
    known[module], callers.search = (None, callers), None
    program: Program | None = context.program
    while program is not None and program is not shared:
        earlier = program.before
        program.close()
        program = earlier
    shared.forget_bodies(module)


def _seeded(shared: Program, program: Program, callers: Callers, module: Module) -> tuple[Program, Callers]:
    known = set(program.engine.seeds)
    for _ in range(MAX_SEED_ROUNDS):
        seeds = seeds_from_callers(program, callers, module)
        if seeds.keys() <= known:
            break
        known = set(seeds)
        engine = Engine(shared.engine.project, shared.engine.follow_imports, over=shared.engine, own=module)
        engine.go_on_from(program.engine, seeds, program.in_cycles(module))
        program = Program(engine, over=shared, before=program)
        callers.search = None
        callers = collect_callers(program, (module,), callers.others)
    return program, callers


def _wanted(context: Context, findings: list[Finding]) -> list[Finding]:
    return [finding for finding in findings if _is_wanted(context, RULES[finding.code], finding)]


def _is_wanted(context: Context, rule: Rule, finding: Finding) -> bool:
    least = max(context.options.confidence, rule.minimum_confidence)
    return finding.confidence >= least and context.wants(rule)


def _order(finding: Finding) -> tuple[int, int, str, str]:
    return finding.line, finding.column, finding.code, finding.message
