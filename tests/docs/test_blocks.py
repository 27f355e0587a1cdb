"""Code in the documentation is code, and configuration there is understood."""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from pre_commit.clientlib import load_config, load_manifest

from flake8_hybridize.config import load
from tests.docs.pages import DOCS, PAGES, ROOT, Block, blocks

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

KNOWN = {"", "sh", "console", "python", "ini", "toml", "yaml", "json", "lua", "vim"}


def by_name(block: Block) -> str:
    return block.name


def test_blocks_are_in_languages_that_are_checked() -> None:
    marks = [
        line for path in PAGES for line in path.read_text(encoding="utf-8").splitlines() if "```" in line
    ]
    assert {mark.strip().removeprefix("```") for mark in marks} <= KNOWN
    assert len(blocks("python", *DOCS.glob("rules/*.md"))) > 50


@pytest.mark.parametrize("block", blocks("python"), ids=by_name)
def test_python_parses(block: Block) -> None:
    ast.parse(block.text)


@pytest.mark.parametrize("block", blocks("json"), ids=by_name)
def test_json_parses(block: Block) -> None:
    assert json.loads(block.text)


@pytest.mark.parametrize("block", blocks("ini") + blocks("toml"), ids=by_name)
def test_settings_are_accepted(block: Block, tmp_path: Path) -> None:
    name = {"ini": "setup.cfg", "toml": "pyproject.toml"}[block.language]
    (tmp_path / name).write_text(block.text, encoding="utf-8")
    (tmp_path / "src").mkdir()
    if block.language == "toml" and "hybridize" not in tomllib.loads(block.text)["tool"]:
        return
    settings = load({}, config=name, cwd=tmp_path, environ={})
    assert name in settings.origins.values()


@pytest.mark.parametrize("block", blocks("yaml"), ids=by_name)
def test_hooks_exist(block: Block, tmp_path: Path) -> None:
    path = tmp_path / ".pre-commit-config.yaml"
    path.write_text(block.text, encoding="utf-8")
    ours = {hook["id"] for hook in load_manifest(str(ROOT / ".pre-commit-hooks.yaml"))}
    repositories: list[dict[str, Any]] = load_config(str(path))["repos"]
    for repository in repositories:
        used = {hook["id"] for hook in repository["hooks"]}
        assert used <= (ours if "hybridize" in repository["repo"] else {"flake8"})
