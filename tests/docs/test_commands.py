"""Commands and options that the documentation names exist."""

from __future__ import annotations

import argparse
import os
import re
import shlex
from pathlib import Path

import pytest

from flake8_hybridize.hosts import flake8
from flake8_hybridize.hosts.cli import parser
from tests.docs.pages import PAGES, README, ROOT, Block, blocks, inline_code, name_of

FLAKE8_OPTIONS = {f"--hybridize-{name}" for name in (*flake8.OPTIONS, *flake8.PATHS, *flake8.SWITCHES)}


def subcommands() -> dict[str, argparse.ArgumentParser]:
    """The parsers of the subcommands, by name."""
    (found,) = (action for action in parser()._actions if action.dest == "command")
    choices: dict[str, argparse.ArgumentParser] = found.choices  # type: ignore[assignment]
    return choices


def options() -> set[str]:
    """Every option of every subcommand."""
    parsers = [parser(), *subcommands().values()]
    return {name for one in parsers for action in one._actions for name in action.option_strings}


def check(command: str) -> None:
    """Fails on a command of ours, or of flake8, that could not be run; arguments may be left out."""
    words = shlex.split(command)
    program = words[0].rpartition("/")[2]
    if program == "hybridize" and words[1:] in [[name] for name in subcommands()]:
        return
    if program == "hybridize":
        parser().parse_args(words[1:])
    elif program == "flake8":
        named = {word.partition("=")[0] for word in words if word.startswith("--hybridize")}
        assert named <= FLAKE8_OPTIONS


def commands(block: Block) -> list[str]:
    """The commands of a block, prompts and outputs aside."""
    lines = block.text.splitlines()
    if block.language == "console":
        lines = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
    return [
        command.strip() for line in lines for command in line.partition("#")[0].split("&&") if command.strip()
    ]


@pytest.mark.parametrize("block", blocks("sh") + blocks("console"), ids=lambda block: block.name)
def test_commands_in_blocks_exist(block: Block) -> None:
    found = commands(block)
    assert found
    for command in found:
        check(command)


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_commands_and_options_in_lines_exist(path: Path) -> None:
    known = options() | FLAKE8_OPTIONS
    for code in inline_code(path):
        if re.match(r"(hybridize|flake8) [a-z-]", code) and "…" not in code:
            check(code)
        elif code.startswith("--"):
            assert code.split()[0].partition("=")[0] in known


def test_wrong_commands_would_be_found() -> None:
    with pytest.raises(SystemExit):
        check("hybridize check --no-such-option")
    with pytest.raises(AssertionError):
        check("flake8 --hybridize-no-such-option=1")


def test_the_first_screen_has_the_two_commands() -> None:
    setup, tests = blocks("sh", README)
    assert tests.line < 40
    assert [line.count("\n") for line in (setup.text, tests.text)] == [1, 1]
    assert shlex.split(commands(setup)[-1])[1:2] == ["check"]
    script = ROOT / tests.text.strip()
    assert os.access(script, os.X_OK)
    assert "-m pytest" in script.read_text(encoding="utf-8")
