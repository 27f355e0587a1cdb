"""Sentences for signals, and places in words: what, where the fact sits, what to do; one line."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator

from flake8_hybridize.hazards.base import Signal
from flake8_hybridize.model.module import Function, Module

LONGEST = 158


def sentence(signal: Signal, function: Function, tracer: str = "") -> str:
    """The message of a hazard, without its code; `tracer` is what traces a function that is no tf.function."""
    names = dict.fromkeys((function.qualname, function.name))
    remarks = _remarks(signal, function, tracer) if signal.path or tracer else ("",)
    texts = (f"{name} {signal.what}{remark}" for remark in remarks for name in names)
    text = next((text for text in texts if len(text) <= LONGEST), f"{function.name} {signal.what}")
    if signal.advice and len(text) + len(signal.advice) + 2 <= LONGEST:
        text += f"; {signal.advice}"
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _place(signal: Signal, function: Function) -> str:
    """Where the path ends: the line, with the name of the file if it is another one than the function's."""
    path = signal.chain[-1].path if signal.chain else function.module.path
    return (
        f"line {signal.at}" if path == function.module.path else f"{os.path.basename(path)} line {signal.at}"
    )


def _remarks(signal: Signal, function: Function, tracer: str) -> Iterator[str]:
    """The way to the hazard and who traces, in brackets; shorter and shorter, at last nothing."""
    ways = [""]
    if signal.path:
        place = _place(signal, function)
        ways = [f"{' → '.join((function.name, *signal.path))}, {place}", f"in {signal.path[-1]}, {place}"]
    traced = f"traced by {tracer}" if tracer else ""
    for way, by in (
        (ways[0], traced),
        (ways[-1], traced),
        (ways[-1], traced.partition(", ")[0]),
        (ways[-1], ""),
    ):
        told = "; ".join(filter(None, (way, by)))
        yield f" ({told})" if told else ""
    yield ""


def line_in(module: Module, node: ast.AST, here: Module) -> str:
    """`line 12`, with the name of the file if `module` is not the one that the message is about."""
    line = f"line {node.lineno}"  # type: ignore[attr-defined]
    if module is here:
        return line
    folder, name = os.path.split(module.path)
    same = name == os.path.basename(here.path)
    return f"{os.path.basename(folder)}/{name} {line}" if same else f"{name} {line}"
