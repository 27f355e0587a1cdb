"""Links in the documentation lead somewhere, and the pages can be reached from the README."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.pages import DOCS, PAGES, README, anchors, links, name_of


def target(page: Path, link: str) -> tuple[Path, str]:
    """The file and the anchor that a link leads to."""
    name, _, anchor = link.partition("#")
    return ((page.parent / name).resolve() if name else page), anchor


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_resolve(page: Path) -> None:
    for link in links(page):
        if "://" in link:
            continue
        path, anchor = target(page, link)
        assert path.exists(), link
        assert not anchor or anchor in anchors(path), link


def test_every_page_beside_those_of_codes_is_reached_from_the_readme() -> None:
    found, waiting = {README}, [README]
    while waiting:
        page = waiting.pop()
        for link in links(page):
            path = target(page, link)[0]
            if path.suffix == ".md" and path not in found:
                found.add(path)
                waiting.append(path)
    assert set(DOCS.glob("*.md")) <= found
