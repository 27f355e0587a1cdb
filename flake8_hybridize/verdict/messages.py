"""Sentences for signals, and places in words: what, where the fact sits, what to do; one line."""

from __future__ import annotations

import ast
from pathlib import PurePath

from flake8_hybridize.hazards.base import Signal
from flake8_hybridize.model.module import Function, Module

LONGEST = 158


def sentence(signal: Signal, function: Function, tracer: str = "") -> str:
    """The message of a hazard, without its code; `tracer` is what traces a function that is no tf.function."""
    remarks = []
    if signal.path:
        remarks.append(f"{' → '.join((function.name, *signal.path))}, {_place(signal, function)}")
    if tracer:
        remarks.append(f"traced by {tracer}")
    fact = signal.what + (f" ({'; '.join(remarks)})" if remarks else "")
    text = f"{function.qualname} {fact}"
    if len(text) > LONGEST:
        text = f"{function.name} {fact}"
    if signal.advice and len(text) + len(signal.advice) + 2 <= LONGEST:
        text += f"; {signal.advice}"
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _place(signal: Signal, function: Function) -> str:
    """Where the path ends: the line, with the name of the file if it is another one than the function's."""
    path = signal.chain[-1].path if signal.chain else function.module.path
    return f"line {signal.at}" if path == function.module.path else f"{PurePath(path).name} line {signal.at}"


def line_in(module: Module, node: ast.AST, here: Module) -> str:
    """`line 12`, with the name of the file if `module` is not the one that the message is about."""
    line = f"line {node.lineno}"  # type: ignore[attr-defined]
    if module is here:
        return line
    path = PurePath(module.path)
    return f"{'/'.join(path.parts[-2:]) if path.name == PurePath(here.path).name else path.name} {line}"
