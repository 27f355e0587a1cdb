"""Whatever a file looks like: fixes change what they must, byte for byte nothing else, and once."""

from __future__ import annotations

import codecs
import re
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flake8_hybridize.fixes.apply import AnalyseOnce, fix_text
from flake8_hybridize.fixes.edits import parsed
from flake8_hybridize.fixes.write import write_atomically
from flake8_hybridize.source.text import Source
from tests.fixes.support import small_analysis

BREAKS = ("\n", "\r\n", "\r")
HEADS = (
    "",
    "#!/usr/bin/env python\n",
    '"""Träining."""\n',
    '"""Two\n    lines é."""\n\n',
    "\n\n",
    "# licence\n\n",
)
FUTURE = ("", "from __future__ import annotations\n")
IMPORTS = (
    "import os\n",
    "import numpy as np\n",
    "from . import layers  # é\n",
    "import zlib; x = 1\n",
    "# imports\n",
    "\n",
)
ALIASES = ("import tensorflow as tf\n", "import tensorflow\n")
BLOCKS = (
    "def step(x):\n>return x\n",
    "def step(x): return x\n",
    "@wrapped  # é\n# why\n@other(\n>>1)\n\ndef step(x):\n>>print('é', x)  # 😀\n",
    "class Mødel(Base):\n>'''doc\nstring'''\n>@staticmethod\n>def step(x): print(f'é {x}')\n>\x0c\n>y = 1\n",
    "class A:\n>@TF.function  # traced\n>def plain(self, x):\n>>return x\n",
    "def plain_outer():\n>def step(y):\n>>return y\n>return step\n",
    "@TF.function(experimental_relax_shapes=True,\n>>autograph=True)\ndef other(x):\n>print(x,\n>>>end='')\n",
    "@TF.function\ndef plain(x):\n>return '''\ndef step(): pass\n'''\n",
    "if x:\n>>def step(x): pass\nelse:\n>print(x); print(x)\n",
    "s = 'def step(): pass' \\\n  'é'\n",
    "\x0c\n# 😀 comment\n\n",
    "\x0cdef step(x):\n>pass\n",
    "x = [  # é\n  1,\n]\n",
)  # fmt: skip


@st.composite
def files(draw: st.DrawFn, aliases: tuple[str, ...], last: str = "") -> bytes:
    """Python files with every line break, tabs, byte order marks, other encodings, no final newline."""
    imported = draw(st.sampled_from(aliases))
    blocks = draw(st.lists(st.sampled_from(BLOCKS), min_size=1, max_size=5))
    if not imported:
        blocks = [block for block in blocks if "TF" not in block]
    others = draw(st.lists(st.sampled_from(IMPORTS), max_size=3))
    place = draw(st.integers(0, len(others)))
    text = draw(st.sampled_from(HEADS)) + draw(st.sampled_from(FUTURE))
    text += "".join([*others[:place], imported, *others[place:], *blocks, last])
    text = text.replace("TF", "tensorflow" if imported == "import tensorflow\n" else "tf")
    text = text.replace(">", draw(st.sampled_from(["\t", "  ", "    ", " \t"])))
    return _encoded(draw, _broken(draw, text))


def _broken(draw: st.DrawFn, text: str) -> str:
    allowed = draw(st.sampled_from([("\n",), ("\r\n",), ("\r",), BREAKS]))
    lines = text.split("\n")
    if draw(st.booleans()) and len(lines) > 1 and lines[-1] == "" and not lines[-2].endswith("\\"):
        lines.pop()
    return "".join(
        line + (draw(st.sampled_from(allowed)) if index + 1 < len(lines) else "")
        for index, line in enumerate(lines)
    )


def _encoded(draw: st.DrawFn, text: str) -> bytes:
    kind = draw(st.sampled_from(["utf-8", "bom", "latin-1"]))
    if kind != "latin-1":
        return (codecs.BOM_UTF8 if kind == "bom" else b"") + text.encode()
    shebang, rest = text[: len(HEADS[1])] if text.startswith("#!") else "", text.removeprefix(HEADS[1])
    return f"{shebang}# -*- coding: latin-1 -*-\n{rest}".replace("😀", "ÿ").encode("latin-1")


def only(*codes: str) -> AnalyseOnce:
    """The small analysis, with these codes selected."""
    return lambda source: [finding for finding in small_analysis(source) if finding.code in codes]


def fixed_on_disk(data: bytes, analyse: AnalyseOnce) -> bytes:
    """The bytes of a file after all fixes, read and written as a user's file is."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "m.py"
        path.write_bytes(data)
        source = Source.from_path(path)
        result = fix_text(source, analyse, unsafe=True)
        if result.text != source.text:
            assert write_atomically(str(path), source, result.text)
        return path.read_bytes()


few = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@few
@given(files(ALIASES))
def test_added_decorators_are_all_that_is_added(data: bytes) -> None:
    after = fixed_on_disk(data, only("HYB101"))
    assert after.count(b".function") == data.count(b".function") + len(
        re.findall(rb"def step\(x|def step\(y", data)
    )
    assert re.sub(rb"@(tf|tensorflow)\.function(\r\n|\r|\n)[ \t]*(?=def step)", b"", after) == data


@few
@given(files(ALIASES, "KEEP = TF.y\n"))
def test_removed_decorators_are_all_that_is_removed(data: bytes) -> None:
    line = rb"[ \t]*@(tf|tensorflow)\.function(  # traced)?(\r\n|\r|\n)(?=[ \t]*def plain)"
    assert fixed_on_disk(data, only("HYB301")) == re.sub(line, b"", data)


@few
@given(files(ALIASES))
def test_a_renamed_argument_is_all_that_is_renamed(data: bytes) -> None:
    expected = data.replace(b"experimental_relax_shapes", b"reduce_retracing")
    assert fixed_on_disk(data, only("HYB401")) == expected


@few
@given(files(ALIASES))
def test_a_plain_print_only_gets_a_prefix(data: bytes) -> None:
    after = fixed_on_disk(data, only("HYB201"))
    whole = re.sub(rb"print\(f'(.) \{x\}'\)", rb"print('\1', x)", data.replace("é".encode(), b"\xe9"))
    plain = re.sub(rb"(?<!\w)(tf|tensorflow)\.print\(", b"print(", after.replace("é".encode(), b"\xe9"))
    assert plain == whole
    assert not re.search(rb"(?<![.\w])print\(", after)


@few
@given(files(("",)))
def test_a_new_import_comes_in_one_piece(data: bytes) -> None:
    after = fixed_on_disk(data, only("HYB101"))
    plain = re.sub(rb"@(tf|tensorflow)\.function(\r\n|\r|\n)[ \t]*(?=def step)", b"", after)
    if not re.search(rb"def step\([xy]", data):
        assert after == data
        return
    inserted = {
        plain[start : start + len(plain) - len(data)].strip()
        for start in range(len(data) + 1)
        if plain[:start] + plain[start + len(plain) - len(data) :] == data
    }
    assert b"import tensorflow as tf" in inserted


@few
@given(files((*ALIASES, "")))
def test_the_result_parses_and_a_second_run_changes_nothing(data: bytes) -> None:
    once = fixed_on_disk(data, small_analysis)
    source = Source.from_bytes(once, "m.py")
    assert parsed(source.text) is not None
    assert source.encoding == Source.from_bytes(data, "m.py").encoding
    assert [finding.message for finding in small_analysis(source) if finding.fix] == []
    assert fixed_on_disk(once, small_analysis) == once


@few
@given(files(ALIASES), st.data())
def test_what_is_silenced_stays(data: bytes, drawn: st.DataObject) -> None:
    """A finding that the caller leaves out is not fixed, whatever else is."""
    source = Source.from_bytes(data, "m.py")
    hidden = drawn.draw(st.sampled_from(["HYB101", "HYB201", "HYB301", "HYB401"]))
    count = len([finding for finding in small_analysis(source) if finding.code == hidden])
    codes = {"HYB101", "HYB201", "HYB301", "HYB401"} - {hidden}
    after = Source.from_bytes(fixed_on_disk(data, only(*codes)), "m.py")
    assert [finding.code for finding in small_analysis(after)] == [hidden] * count
