from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flake8_hybridize.fixes.edits import COMMENT_REASON, Batch, Moves, clash, make_fix, splice
from flake8_hybridize.results import Applicability, Edit
from tests.fixes.support import source_of

SAFE, UNSAFE, DISPLAY = Applicability.SAFE, Applicability.UNSAFE, Applicability.DISPLAY


@st.composite
def texts_and_edits(draw: st.DrawFn) -> tuple[str, list[Edit]]:
    """A text and edits in it that do not clash, in any order."""
    text = draw(st.text("ab\r\n\f\t#é😀\x85\u2028", max_size=40))
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8, unique=True)))
    edits = [
        Edit(start, end, draw(st.text("xyz\n", max_size=3)))
        for start, end in zip(cuts[::2], cuts[1::2], strict=False)
    ]
    return text, draw(st.permutations(edits))


@given(texts_and_edits())
def test_splice_changes_the_edited_ranges_and_nothing_else(case: tuple[str, list[Edit]]) -> None:
    text, edits = case
    expected = text
    for edit in sorted(edits, key=lambda edit: -edit.start):
        expected = expected[: edit.start] + edit.text + expected[edit.end :]
    assert splice(text, edits) == expected


@given(texts_and_edits(), st.data())
def test_moved_follows_a_character_outside_the_edits(
    case: tuple[str, list[Edit]], data: st.DataObject
) -> None:
    text, edits = case
    kept = [i for i in range(len(text)) if not any(edit.start <= i < edit.end for edit in edits)]
    if kept:
        offset = data.draw(st.sampled_from(kept))
        assert splice(text, edits)[Moves(edits)(offset)] == text[offset]


def test_an_insertion_moves_what_stands_at_its_place() -> None:
    assert Moves([Edit(3, 3, "abc")])(3) == 6


def test_what_was_replaced_moves_to_the_start_of_the_replacement() -> None:
    assert Moves([Edit(0, 1, ""), Edit(3, 7, "abc")])(5) == 2


@pytest.mark.parametrize("edits", [[Edit(0, 3, "a"), Edit(2, 4, "b")], [Edit(0, 9, "")], [Edit(2, 1, "")]])
def test_splice_refuses_impossible_edits(edits: list[Edit]) -> None:
    with pytest.raises(ValueError, match="overlap or lie outside"):
        splice("abcd", edits)


def test_splice_counts_equal_edits_once() -> None:
    assert splice("ab", [Edit(1, 1, "x"), Edit(1, 1, "x")]) == "axb"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (Edit(0, 2, ""), Edit(1, 3, ""), True),
        (Edit(0, 2, ""), Edit(2, 3, ""), False),
        (Edit(0, 2, ""), Edit(2, 2, "x"), True),
        (Edit(2, 2, "x"), Edit(2, 4, ""), True),
        (Edit(1, 1, "x"), Edit(1, 1, "y"), True),
        (Edit(1, 1, "x"), Edit(2, 2, "y"), False),
    ],
)
def test_clash(one: Edit, other: Edit, expected: bool) -> None:
    assert clash(one, other) is clash(other, one) is expected


def test_two_fixes_share_a_whole_line_but_not_a_piece_of_one() -> None:
    text = "a\nb\n"
    line = Edit(2, 2, "import tensorflow as tf\n")
    assert together(text, [line], [Edit(0, 1, "x"), line])
    assert not together(text, [Edit(2, 2, "f(")], [Edit(2, 2, "f(")])
    assert not together(text, [Edit(3, 3, "x\n")], [Edit(3, 3, "x\n")])


def together(text: str, *fixes: list[Edit]) -> bool:
    batch = Batch(text)
    return all(batch.add(edits) for edits in fixes)


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 3), st.sampled_from("xy")), max_size=8))
def test_a_batch_takes_what_clashes_with_nothing_it_took(cases: list[tuple[int, int, str]]) -> None:
    batch, taken = Batch("x" * 20), list[Edit]()
    for start, length, text in cases:
        edit = Edit(start, start + length, text)
        fits = not any(clash(edit, other) for other in taken)
        assert batch.add([edit]) is fits
        if fits:
            taken.append(edit)
    assert list(batch.edits) == sorted(set(taken), key=lambda edit: (edit.start, edit.end))


class TestMakeFix:
    def test_orders_edits_and_drops_equal_ones(self) -> None:
        edits = [Edit(4, 5, "2"), Edit(0, 1, "y"), Edit(4, 5, "2")]
        fix = make_fix(source_of("x = 1\n"), edits, SAFE, "d", "r")
        assert fix is not None
        assert fix.edits == (Edit(0, 1, "y"), Edit(4, 5, "2"))
        assert (fix.applicability, fix.description, fix.reason) == (SAFE, "d", "r")

    def test_joins_edits_that_meet(self) -> None:
        edits = [Edit(4, 5, "2"), Edit(4, 4, "import a\n"), Edit(4, 4, "@b\n"), Edit(5, 5, "c")]
        fix = make_fix(source_of("x = 1\n"), edits, SAFE, "d")
        assert fix is not None
        assert fix.edits == (Edit(4, 5, "import a\n@b\n2c"),)

    @pytest.mark.parametrize("edits", [[], [Edit(0, 1, "x")], [Edit(0, 3, ""), Edit(2, 4, "")]])
    def test_is_none_without_a_change_or_with_overlaps(self, edits: list[Edit]) -> None:
        assert make_fix(source_of("x = 1\n"), edits, SAFE, "d") is None

    @pytest.mark.parametrize(("given_", "expected"), [(SAFE, UNSAFE), (UNSAFE, UNSAFE), (DISPLAY, DISPLAY)])
    def test_a_comment_in_the_range_makes_it_unsafe(
        self, given_: Applicability, expected: Applicability
    ) -> None:
        source = source_of("x = [  # why\n    1]\n")
        fix = make_fix(source, [Edit(4, 19, "2")], given_, "d", "r")
        assert fix is not None
        assert (fix.applicability, fix.reason) == (expected, f"r; {COMMENT_REASON}")

    def test_a_hash_in_a_string_is_no_comment(self) -> None:
        fix = make_fix(source_of("x = '# no'\n"), [Edit(4, 10, "2")], SAFE, "d")
        assert fix is not None
        assert (fix.applicability, fix.reason) == (SAFE, "")

    def test_a_comment_outside_the_range_does_not_matter(self) -> None:
        fix = make_fix(source_of("x = 1  # é\n"), [Edit(4, 5, "2")], SAFE, "d")
        assert fix is not None
        assert fix.applicability is SAFE

    def test_a_comment_in_a_range_that_is_only_touched_counts(self) -> None:
        source = source_of("x = 1\r# c\ry = 2\r")
        assert make_fix(source, [Edit(0, 1, "z")], SAFE, "d", touched=[(0, 8)]).applicability is UNSAFE  # type: ignore[union-attr]
        assert make_fix(source, [Edit(0, 1, "z")], SAFE, "d", touched=[(10, 14)]).applicability is SAFE  # type: ignore[union-attr]
