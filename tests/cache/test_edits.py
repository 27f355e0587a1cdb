"""After any edit the report with the cache is that without it."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest

from flake8_hybridize.hosts.cli import main
from tests.cache.edits import Editor


def outcome(command: list[str], *arguments: str) -> Any:
    """What the command prints for the working directory, without the time it took."""
    output = Path("..", "outcome")
    main([*command, "--jobs", "1", "--output", str(output), *arguments, "."])
    text = output.read_text()
    if not text.startswith("{"):
        return text
    found = json.loads(text)
    found.pop("seconds")
    return found


REPORT = ["report", "--format", "json"]
CHECK = ["check", "--format", "github", "--extend-select", "HYB"]


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("command", [REPORT, CHECK], ids=["report", "check"])
def test_a_cache_changes_nothing_whatever_is_edited(project: Path, command: list[str], seed: int) -> None:
    editor, done = Editor(project, Random(seed)), []
    outcome(command)
    for _ in range(8):
        done.append(editor.edit())
        assert outcome(command) == outcome(command, "--no-cache"), "\n".join(done)
