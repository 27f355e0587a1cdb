"""The edits in JSON and SARIF, made by another program, give byte for byte the file that `--fix` writes."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flake8_hybridize.hosts.cli import main

PROGRAM = '''\
# {coding}
"""Zwei Schritte: \u00e4\u00f6."""
import tensorflow as tf


@tf.function(experimental_relax_shapes=True)  # \u00e9 first
def step(x):
\tname = "{sign}"; tf.print(name); print("{sign}\u00e9", x)
\x0c\tif x > 0.0:
\t\traise ValueError("{sign}")
\treturn x


text = "{sign}\u00e9{sign}"; other = tf.function(step, experimental_compile=False)

class Net(tf.Module):
    @tf.function
    @property
    def size(self):
        return tf.constant(1.0)


@tf.function
def last(x):
    tf.debugging.assert_all_finite(x, "{sign}")
    assert tf.reduce_all(x > 0.0)'''
FILES = {
    "line feeds": ("utf-8", "\n", "", "\U0001f600"),
    "byte order mark": ("utf-8", "\n", "bom", "\U0001f600"),
    "two characters": ("utf-8", "\r\n", "", "\U0001f600\U0001f600"),
    "byte order mark and two characters": ("utf-8", "\r\n", "bom", "\U0001f600"),
    "carriage returns": ("utf-8", "\r", "", "\u4e2d"),
    "latin-1": ("latin-1", "\r\n", "", "\xdf"),
    "cp1252": ("cp1252", "\n", "", "\u20ac"),
}
by_file = pytest.mark.parametrize("form", FILES.values(), ids=FILES)
unsafe = pytest.mark.parametrize("options", [(), ("--unsafe-fixes",)], ids=["safe", "unsafe"])


def data_of(encoding: str, newline: str, mark: str, sign: str) -> bytes:
    text = PROGRAM.format(coding=f"-*- coding: {encoding} -*-", sign=sign).replace("\n", newline)
    return (codecs.BOM_UTF8 if mark else b"") + text.encode(encoding)


def checked(path: Path, form: str) -> Any:
    out = path.with_suffix(f".{form}")
    main(["check", str(path), "--no-cache", "--format", form, "--output", str(out)])
    return json.loads(out.read_text(encoding="utf-8"))


Places = tuple[tuple[int, int], tuple[int, int], str]


def edited(data: bytes, encoding: str, edits: list[Places], wide: bool) -> bytes:
    """The file after replacements from 1-based places, made as an editor does that knows nothing of the tool."""
    bom = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    lines = re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", data.removeprefix(bom).decode(encoding))
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))

    def offset(place: tuple[int, int]) -> int:
        line = lines[place[0] - 1]
        units = (
            line.encode("utf-16-le")[: 2 * (place[1] - 1)].decode("utf-16-le")
            if wide
            else line[: place[1] - 1]
        )
        assert place[1] - 1 <= (len(line.encode("utf-16-le")) // 2 if wide else len(line))
        return starts[place[0] - 1] + len(units)

    text = "".join(lines)
    for start, end, new in sorted(edits, reverse=True):
        text = text[: offset(start)] + new + text[offset(end) :]
    return bom + text.encode(encoding)


def of_json(document: Any, wanted: set[str]) -> list[Places]:
    return [
        ((edit["line"], edit["column"]), (edit["end_line"], edit["end_column"]), edit["text"])
        for finding in document["findings"]
        if finding["fix"] and finding["fix"]["applicability"] in wanted
        for edit in finding["fix"]["edits"]
    ]


def of_sarif(document: Any, wanted: set[str]) -> list[Places]:
    found = []
    for result in document["runs"][0]["results"]:
        for fix in result.get("fixes", ()):
            for change in fix["artifactChanges"] if fix["properties"]["applicability"] in wanted else ():
                for replacement in change["replacements"]:
                    region = replacement["deletedRegion"]
                    start, end = (
                        (region[f"{which}Line"], region[f"{which}Column"]) for which in ("start", "end")
                    )
                    found.append((start, end, replacement["insertedContent"]["text"]))
    return found


READERS: dict[str, tuple[Callable[[Any, set[str]], list[Places]], bool]] = {
    "json": (of_json, False),
    "sarif": (of_sarif, True),
}


@by_file
@unsafe
@pytest.mark.parametrize("form_of_report", READERS)
def test_another_program_makes_the_same_file(
    form: tuple[str, str, str, str],
    options: tuple[str, ...],
    form_of_report: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path, data = tmp_path / "program.py", data_of(*form)
    path.write_bytes(data)
    read, wide = READERS[form_of_report]
    wanted = {"safe", "unsafe"} if options else {"safe"}
    edits = read(checked(path, form_of_report), wanted)
    main(["check", str(path), "--no-cache", "--fix", *options])
    assert "fixed" in capsys.readouterr().err
    assert path.read_bytes() != data
    assert edited(data, form[0], edits, wide) == path.read_bytes()


def test_sarif_names_the_line_breaks_that_it_counts(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_bytes(data_of(*FILES["carriage returns"]))
    assert checked(path, "sarif")["runs"][0]["newlineSequences"] == ["\r\n", "\n", "\r"]
