"""Tables and outputs of commands in the documentation are what the program says now."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flake8_hybridize.rules.registry import RULES
from tests.docs.pages import README, anchors, name_of
from tools import generate_docs


@pytest.mark.parametrize("path", generate_docs.pages(), ids=name_of)
def test_page_is_up_to_date(path: Path) -> None:
    shown = path.read_text(encoding="utf-8")
    assert generate_docs.regenerated(path) == shown, "run python tools/generate_docs.py"


def test_every_generated_table_is_shown_somewhere() -> None:
    texts = [path.read_text(encoding="utf-8") for path in generate_docs.pages()]
    for name in generate_docs.TABLES:
        assert any(f"<!-- generated: {name} -->\n" in text for text in texts), name


def test_addresses_of_codes_lead_to_the_readme() -> None:
    assert {code.lower() for code in RULES} <= anchors(README)


def test_a_stale_page_is_noticed_and_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "README.md"
    page.write_text("<!-- generated: codes -->\n<!-- end -->\n```console\n$ hybridize rules\nold\n…\n```\n")
    monkeypatch.setattr(generate_docs, "pages", lambda: [page])
    monkeypatch.setattr(generate_docs, "ROOT", tmp_path)
    assert generate_docs.main(["--check"]) == 1
    assert "old" in page.read_text()
    assert generate_docs.main([]) == 0
    text = page.read_text()
    assert "docs/rules/HYB101.md" in text
    assert "\n$ hybridize rules\nHYB101" in text
    assert text.endswith("\n…\n```\n")
    assert generate_docs.main(["--check"]) == 0
    assert capsys.readouterr().out.splitlines() == ["README.md is out of date", "README.md written"]


def test_times_alone_make_no_page_stale(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```console\n$ hybridize report examples/data.py\n```\n")
    made = generate_docs.regenerated(page)
    later = re.sub(r"\d+\.\d+ s$", "123.45 s", made, flags=re.MULTILINE)
    assert later != made
    page.write_text(later)
    assert generate_docs.regenerated(page) == later
