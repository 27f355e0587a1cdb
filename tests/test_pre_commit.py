"""The hooks that pre-commit finds in this repository."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from pre_commit.clientlib import load_manifest

from flake8_hybridize.hosts.cli import parser

HOOKS = {
    hook["id"]: hook for hook in load_manifest(str(Path(__file__).parents[1] / ".pre-commit-hooks.yaml"))
}


def test_there_is_one_hook_to_check_and_one_to_fix() -> None:
    assert list(HOOKS) == ["hybridize-check", "hybridize-fix"]


@pytest.mark.parametrize("hook", HOOKS.values(), ids=HOOKS)
def test_hooks_run_once_over_python_files_with_a_known_command(hook: dict[str, object]) -> None:
    assert hook["language"] == "python"
    assert hook["types"] == ["python"]
    assert hook["require_serial"] is True
    program, *arguments = shlex.split(str(hook["entry"]))
    assert program == "hybridize"
    assert parser().parse_args([*arguments, "a.py", "b.py"]).paths == ["a.py", "b.py"]
