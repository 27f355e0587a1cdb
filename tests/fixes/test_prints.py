from __future__ import annotations

import ast

import pytest

from flake8_hybridize.fixes.prints import print_to_tf
from flake8_hybridize.results import Applicability
from flake8_hybridize.source.text import Source
from tests.fixes.support import applied, call_of, first, source_of

IMPORT = "import sys\nimport tensorflow as tf\n"


def printed(call: str, tensors: tuple[str, ...] = ()) -> str | None:
    """What a print statement becomes; expressions with the text of one of `tensors` are tensors."""
    source = source_of(f"{IMPORT}{call}\n")
    known = [
        node
        for node in ast.walk(source.tree())
        if isinstance(node, ast.expr) and ast.unparse(node) in tensors
    ]
    fix = print_to_tf(source, call_of(source, "print"), known)
    return None if fix is None else applied(source, fix).removeprefix(IMPORT).removesuffix("\n")


class TestArguments:
    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("print(x)", "tf.print(x)"),
            ("print()", "tf.print()"),
            ("print('loss', x, sep='\\t', end='')", "tf.print('loss', x, sep='\\t', end='')"),
            ("print(*values, sep=s)", "tf.print(*values, sep=s)"),
            ("print(x, file=sys.stderr)", "tf.print(x, output_stream=sys.stderr)"),
            ("print(x, file = sys.stdout, end='!')", "tf.print(x, output_stream = sys.stdout, end='!')"),
            ("print(x, file=None)", "tf.print(x)"),
            ("print(x, sep=None, end=None)", "tf.print(x)"),
            ("print(x, flush=True)", "tf.print(x)"),
            ("print(x, flush=True, end='')", "tf.print(x, end='')"),
            ("print(flush=True)", "tf.print()"),
            ("print(flush=True, end='')", "tf.print(end='')"),
            ("print(\n  'a',  # c\n  x,\n)", "tf.print(\n  'a',  # c\n  x,\n)"),
            ("a = 1; print(x); b = 2", "a = 1; tf.print(x); b = 2"),
        ],
    )
    def test_kept_exactly(self, before: str, after: str) -> None:
        assert printed(before) == after

    @pytest.mark.parametrize(
        "call",
        [
            "print(x, file=log)",
            "print(x, flush=now)",
            "print(x, **options)",
            "y = print(x)",
            "print(x) or 1",
            "print(repr(x))",
            "print([str(x)])",
            "print(', '.join(names))",
            "print('%s' % x + y)",
        ],
    )
    def test_refused(self, call: str) -> None:
        assert printed(call) is None

    def test_without_a_comment_in_the_range_it_is_still_unsafe(self) -> None:
        source = source_of(f"{IMPORT}print(x)\n")
        fix = print_to_tf(source, call_of(source, "print"))
        assert fix is not None
        assert fix.applicability is Applicability.UNSAFE
        assert "stderr" in fix.reason

    def test_an_import_is_added(self) -> None:
        source = source_of("import keras\ndef f(x):\n  print(x)\n")
        text = applied(source, print_to_tf(source, call_of(source, "print")))
        assert text == "import keras\nimport tensorflow as tf\ndef f(x):\n  tf.print(x)\n"


class TestTemplates:
    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("print(f'loss: {x}')", "tf.print('loss:', x)"),
            ("print(f'{x}')", "tf.print(x)"),
            ("print(f'plain')", "tf.print('plain')"),
            ("print(f'')", "tf.print()"),
            ("print(f'{x}{y}')", "tf.print(x, y, sep='')"),
            ("print(f'{x} {y}')", "tf.print(x, y)"),
            ("print(f'{x} of {y}')", "tf.print(x, 'of', y)"),
            ("print(f'{x}/{y}')", "tf.print(x, '/', y, sep='')"),
            ("print(f' {x}')", "tf.print(' ', x, sep='')"),
            ("print(f'{x}  {y}')", "tf.print(x, '  ', y, sep='')"),
            ("print(f'{x},', y)", "tf.print(x, ', ', y, sep='')"),
            ("print('step', i, f'loss {x}')", "tf.print('step', i, 'loss', x)"),
            ("print('a', f'{x}', sep='-')", "tf.print('a-', x, sep='')"),
            (
                "print(f'a {x}', end='', file=sys.stderr)",
                "tf.print('a', x, end='', output_stream=sys.stderr)",
            ),
            ("print(f'a {x}', flush=True)", "tf.print('a', x)"),
            ('print(f"a {x}")', 'tf.print("a", x)'),
            ("print(f'a\"b {x}')", "tf.print('a\"b', x)"),
            ("print(f'{{a}} {x}')", "tf.print('{a}', x)"),
            ("print(rf'\\d {x}')", "tf.print('\\\\d', x)"),
            ("print(f'é😀 {x}')", "tf.print('é😀', x)"),
            ("print('a ' f'{x} ' 'b')", "tf.print('a', x, 'b')"),
            ("print(f'''a\n{x}''')", "tf.print('a\\n', x, sep='')"),
            ("print(f'{x, y}')", "tf.print((x, y))"),
            ("print(f'{x[0].y + 1}')", "tf.print(x[0].y + 1)"),
            ("print('a: ' + str(x))", "tf.print('a:', x)"),
            ("print(str(x))", "tf.print(x)"),
            ("print('a {} b {}'.format(x, y))", "tf.print('a', x, 'b', y)"),
            ("print('{1} {0}'.format(x, y))", "tf.print(y, x)"),
            ("print('{a} {}'.format(x, a=y))", "tf.print(y, x)"),
            ("print('%s: %s%%' % (x, y))", "tf.print(x, ': ', y, '%', sep='')"),
            ("print('a %s' % x)", "tf.print('a', x)"),
        ],
    )
    def test_taken_apart(self, before: str, after: str) -> None:
        assert printed(before) == after

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("print(f'{i:03d} {x:.2f}')", "tf.print(f'{i:03d}', x)"),
            ("print(f'{x!r:>10}')", "tf.print(x)"),
            ("print(f'{x=}')", "tf.print('x=', x, sep='')"),
            ("print(f'{i=} {x}')", "tf.print(f'{i=}', x)"),
            ("print(rF'{i!r}: {x}')", "tf.print(rF'{i!r}', ': ', x, sep='')"),
            ("print('{:>4} {:.2f}'.format(i, x))", "tf.print('{:>4}'.format(i), x)"),
            ("print('{!r} {}'.format(i, x))", "tf.print('{!r}'.format(i), x)"),
            ("print('%03d %.2f' % (i, x))", "tf.print('%03d' % (i,), x)"),
        ],
    )
    def test_a_format_is_dropped_for_tensors_only(self, before: str, after: str) -> None:
        result = printed(before, ("x",))
        assert result is not None
        assert result.replace('"', "'") == after

    @pytest.mark.parametrize(
        "call",
        [
            "print(*xs, f'{y}')",
            "print(f'{x}', y, sep=s)",
            "print(f'{str(x)}')",
            "print('{:{w}}'.format(x, w=1))",
            "print('{0} {0}'.format(x))",
            "print('{}'.format(x, y))",
            "print('{0.a}'.format(x))",
            "print('{'.format(x))",
            "print('{}'.format(*x))",
            "print('%s %s' % (x,))",
            "print('%s' % (x, y))",
            "print('%(a)s' % x)",
            "print('%*d' % (x, y))",
            "print('a' + x)",
        ],
    )
    def test_refused(self, call: str) -> None:
        assert printed(call) is None

    def test_a_comment_inside_is_mentioned(self) -> None:
        source = source_of(f"{IMPORT}print(  # loss\n  f'a {{x}}')\n")
        fix = print_to_tf(source, call_of(source, "print"))
        assert fix is not None
        assert "comment" in fix.reason

    def test_what_the_encoding_cannot_hold_is_refused(self) -> None:
        text = f"{IMPORT}print(f'\\u2713 {{x}}')\n"
        for encoding, refused in (("utf-8", False), ("latin-1", True)):
            source = Source("m.py", text, encoding)
            assert (print_to_tf(source, call_of(source, "print")) is None) is refused

    def test_inside_another_f_string_nothing_is_trusted(self) -> None:
        source = source_of(f"{IMPORT}f'{{print(x)}}'\n")
        call = first(source, ast.Call)
        assert print_to_tf(source, call) is None
