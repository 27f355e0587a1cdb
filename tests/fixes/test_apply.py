from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

import pytest

from flake8_hybridize.fixes.apply import PASSES, fix_text
from flake8_hybridize.fixes.edits import make_fix
from flake8_hybridize.results import Applicability, Edit, Finding, Fix
from flake8_hybridize.source.noqa import reported
from flake8_hybridize.source.text import Source
from tests.fixes.support import finding_at, small_analysis, source_of

SAFE, UNSAFE, DISPLAY = Applicability.SAFE, Applicability.UNSAFE, Applicability.DISPLAY
IMPORT = "import tensorflow as tf\n"
Rewrite = Callable[[Source, ast.Name], Fix | None]


def renames(source: Source, **fixes: Rewrite) -> Sequence[Finding]:
    """One finding HYB301 for each read of one of the names, with the fix that its function makes."""
    return [
        finding_at(source, "HYB301", node, fixes[node.id](source, node))
        for node in ast.walk(source.tree())
        if isinstance(node, ast.Name) and node.id in fixes
    ]


def replace_by(text: str, applicability: Applicability = SAFE) -> Rewrite:
    def rewrite(source: Source, node: ast.Name) -> Fix | None:
        start = source.positions.offset(node.lineno, node.col_offset)
        return make_fix(source, [Edit(start, start + len(node.id), text)], applicability, "d")

    return rewrite


class TestPasses:
    def test_all_fixes_of_a_pass_and_one_import_for_all(self) -> None:
        source = source_of("import os\n\n\ndef step(): pass\n\n\ndef step2(): pass\n")
        result = fix_text(source, small_analysis)
        assert result.text == (
            "import os\n\nimport tensorflow as tf\n\n\n@tf.function\ndef step(): pass\n\n\n"
            "@tf.function\ndef step2(): pass\n"
        )
        assert (result.passes, len(result.applied), result.refused, result.remaining) == (1, 2, (), ())

    def test_unsafe_only_when_asked(self) -> None:
        source = source_of(f"{IMPORT}def step(x):\n  print(x)\n")
        safe = fix_text(source, small_analysis)
        assert safe.text == f"{IMPORT}@tf.function\ndef step(x):\n  print(x)\n"
        assert [finding.code for finding in safe.remaining] == ["HYB201"]
        both = fix_text(source, small_analysis, unsafe=True)
        assert both.text == f"{IMPORT}@tf.function\ndef step(x):\n  tf.print(x)\n"
        assert (both.passes, both.remaining) == (1, ())

    @pytest.mark.parametrize("unsafe", [False, True])
    def test_display_never(self, unsafe: bool) -> None:
        source = source_of("x = old\n")
        result = fix_text(source, lambda s: renames(s, old=replace_by("new", DISPLAY)), unsafe)
        assert (result.text, result.passes, result.applied) == ("x = old\n", 0, ())

    def test_overlapping_fixes_wait_for_a_later_pass(self) -> None:
        source = source_of(f"{IMPORT}print(print(1))\nx = 1\n")

        def analyse(source: Source) -> Sequence[Finding]:
            found = []
            for node in ast.walk(source.tree()):
                if isinstance(node, ast.Call) and ast.unparse(node.func) == "print":
                    start = source.positions.offset(node.lineno, node.col_offset)
                    end = source.positions.offset(node.lineno, node.end_col_offset or 0)
                    inner = source.text[start + 6 : end - 1]
                    fix = make_fix(source, [Edit(start, end, f"p({inner})")], SAFE, "d")
                    found.append(finding_at(source, "HYB201", node, fix))
            return found

        result = fix_text(source, analyse)
        assert result.text == f"{IMPORT}p(p(1))\nx = 1\n"
        assert result.passes == 2

    def test_at_most_ten_passes(self) -> None:
        source = source_of("x = old\n")
        calls: list[str] = []

        def analyse(source: Source) -> Sequence[Finding]:
            """Each pass removes one finding and brings another, elsewhere."""
            calls.append(source.text)
            count = source.text.count("\n")
            fix = make_fix(source, [Edit(0, 0, "y = 1\n")], SAFE, "d")
            return [finding_at(source, f"HYB{count:03d}", source.tree().body[-1], fix)]

        result = fix_text(source, analyse)
        assert result.passes == PASSES == 10
        assert result.text.count("y = 1") == 10
        assert len(calls) == 11

    def test_a_second_run_changes_nothing(self) -> None:
        text = f"{IMPORT}@tf.function(experimental_relax_shapes=True)\ndef plain(): pass\n"
        text += "def step(x): print(x)\n"
        once = fix_text(source_of(text), small_analysis, unsafe=True)
        again = fix_text(source_of(once.text), small_analysis, unsafe=True)
        assert once.remaining == ()
        assert (again.text, again.passes) == (once.text, 0)

    def test_nothing_to_do_analyses_once(self) -> None:
        calls: list[Source] = []
        fix_text(source_of("x = 1\n"), lambda source: calls.append(source) or [])  # type: ignore[func-returns-value]
        assert len(calls) == 1


class TestOnlyWhatIsReported:
    def test_noqa(self) -> None:
        text = f"{IMPORT}def step(): pass  # noqa: HYB101\ndef step2(): pass\n"
        result = fix_text(source_of(text), lambda source: reported(small_analysis(source), source))
        assert result.text == text.replace("def step2", "@tf.function\ndef step2")

    def test_deselected(self) -> None:
        text = f"{IMPORT}def step(x): print(x)\n"

        def analyse(source: Source) -> Sequence[Finding]:
            return [finding for finding in small_analysis(source) if finding.code != "HYB101"]

        assert fix_text(source_of(text), analyse, unsafe=True).text == f"{IMPORT}def step(x): tf.print(x)\n"


class TestRefused:
    def test_a_result_that_does_not_parse(self) -> None:
        source = source_of("x = old\ny = bad\nz = old\n")
        result = fix_text(source, lambda s: renames(s, old=replace_by("new"), bad=replace_by("1 +")))
        assert result.text == "x = new\ny = bad\nz = new\n"
        assert [(refused.finding.line, refused.note) for refused in result.refused] == [
            (2, "the result would not be valid Python")
        ]
        assert [finding.line for finding in result.remaining] == [2]
        assert result.passes == 1

    def test_a_fix_that_leaves_its_finding(self) -> None:
        source = source_of("x = old\ny = bad\n")
        result = fix_text(source, lambda s: renames(s, old=replace_by("new"), bad=replace_by("(bad)")))
        assert result.text == "x = new\ny = bad\n"
        assert [refused.note for refused in result.refused] == ["HYB301 would still be reported"]

    def test_a_fix_that_brings_a_finding_nothing_fixes(self) -> None:
        source = source_of("a = 1\nx = bad\ny = old\n")
        none: Rewrite = lambda source, node: None  # noqa: E731
        result = fix_text(
            source, lambda s: renames(s, old=replace_by("new"), bad=replace_by("new;\\\n  worse"), worse=none)
        )
        assert result.text == "a = 1\nx = bad\ny = new\n"
        assert [refused.note for refused in result.refused] == ["HYB301 would be reported at line 3 instead"]

    def test_a_fix_may_bring_a_finding_that_the_next_pass_fixes(self) -> None:
        source = source_of("x = 1, bad\n")
        result = fix_text(source, lambda s: renames(s, bad=replace_by("(1,\n  old)"), old=replace_by("new")))
        assert (result.text, result.passes) == ("x = 1, (1,\n  new)\n", 2)

    def test_two_findings_on_a_line_are_told_apart_by_number(self) -> None:
        source = source_of("x = old + bad\n")
        none: Rewrite = lambda source, node: None  # noqa: E731
        result = fix_text(source, lambda s: renames(s, old=replace_by("new"), bad=none))
        assert result.text == "x = new + bad\n"
        assert result.refused == ()

    def test_a_refused_fix_is_not_tried_again_when_the_text_moves(self) -> None:
        source = source_of("x = first\ny = bad\n")
        tried: list[str] = []

        def analyse(source: Source) -> Sequence[Finding]:
            tried.append(source.text)
            return renames(
                source, first=replace_by("(\nsecond)"), second=replace_by("3"), bad=replace_by("1 +")
            )

        result = fix_text(source, analyse)
        assert result.text == "x = (\n3)\ny = bad\n"
        assert len(result.refused) == 1

    def test_fixes_that_only_fail_together_are_made_one_after_the_other(self) -> None:
        source = source_of("x = left\ny = right\n")

        def analyse(source: Source) -> Sequence[Finding]:
            extra = [source.tree().body[0]] if "1" in source.text and "2" in source.text else []
            both = renames(source, left=replace_by("1"), right=replace_by("2"))
            return [*both, *(finding_at(source, "HYB900", node, None) for node in extra)]

        result = fix_text(source, analyse)
        assert result.text == "x = 1\ny = right\n"
        assert [refused.finding.line for refused in result.refused] == [2]

    def test_what_the_encoding_cannot_hold(self) -> None:
        source = Source("m.py", "# coding: latin-1\nx = old\n", "iso-8859-1")
        result = fix_text(source, lambda s: renames(s, old=replace_by("'✓'")))
        assert result.text == source.text
        assert "encoding" in result.refused[0].note

    def test_an_encoding_that_is_not_faithful(self) -> None:
        source = Source("m.py", "x = old\n", "utf-7", exact=False)
        result = fix_text(source, lambda s: renames(s, old=replace_by("new")))
        assert result.text == source.text
        assert "faithful" in result.refused[0].note


class TestImports:
    def test_the_import_goes_with_its_last_uses(self) -> None:
        text = f"import os\n{IMPORT}@tf.function\ndef plain(): pass\n@tf.function\ndef plain2(): pass\n"
        result = fix_text(source_of(text), small_analysis)
        assert result.text == "import os\ndef plain(): pass\ndef plain2(): pass\n"
        assert result.passes == 1

    def test_it_stays_while_it_is_used(self) -> None:
        text = f"{IMPORT}@tf.function\ndef plain(): pass\nx = tf.y\n"
        assert fix_text(source_of(text), small_analysis).text == f"{IMPORT}def plain(): pass\nx = tf.y\n"

    def test_removed_decorators_and_added_ones_in_one_pass(self) -> None:
        text = f"{IMPORT}@tf.function\ndef plain(): pass\ndef step(): pass\n"
        expected = f"{IMPORT}def plain(): pass\n@tf.function\ndef step(): pass\n"
        assert fix_text(source_of(text), small_analysis).text == expected
