"""The truth header of a fixture: what TensorFlow is expected to do with its target."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

EXPECTATIONS = frozenset({"same", "differs", "raises", "slower", "useless", "hangs", "refused", "none"})
OPTIONS = frozenset({"reduce_retracing"})
_LINE = re.compile(r"^# truth:\s*(?P<body>.+?)\s*$", re.MULTILINE)
_PAIR = re.compile(r"\b(?P<key>target|expect|traces|xla|options|isolated)=(?P<value>\S+)")


class HeaderError(ValueError):
    """The header is missing or says something that is not in the format."""


@dataclass(frozen=True, slots=True)
class Header:
    """`target` is a qualified name without `<locals>`; empty when `expect` is `none`.

    `traces`: how often the body must be traced. `xla`: trace with `jit_compile=True`.
    `options`: further arguments of the decorator that are set to True when the target has none.
    `isolated`: the program changes global state of TensorFlow; it runs in a process of its own.
    """

    target: str
    expect: str
    traces: int | None = None
    xla: bool = False
    options: tuple[str, ...] = ()
    isolated: bool = False


def has_header(text: str) -> bool:
    """Whether the text has a line that starts with `# truth:`."""
    return _LINE.search(text) is not None


def parse_header(text: str, name: str = "<fixture>") -> Header:
    """Return the header of a fixture's text; raise `HeaderError` when it is not as agreed."""
    match = _LINE.search(text)
    if match is None:
        raise HeaderError(f"{name}: no '# truth:' line")
    body = match["body"]
    pairs = {m["key"]: m["value"] for m in _PAIR.finditer(body)}
    isolated = pairs.get("isolated") == "yes"
    if body.split()[0].rstrip(":,") == "none":
        if len(body.split()) < 2:
            raise HeaderError(f"{name}: '# truth: none' has to say why")
        return Header("", "none", isolated=isolated)
    leftover = _PAIR.sub("", body).strip()
    if leftover:
        raise HeaderError(f"{name}: not understood: {leftover!r}")
    if "target" not in pairs or pairs.get("expect") not in EXPECTATIONS - {"none"}:
        raise HeaderError(f"{name}: needs target=… and expect=one of {sorted(EXPECTATIONS)}")
    options = tuple(part for part in pairs.get("options", "").split(",") if part)
    if not OPTIONS.issuperset(options):
        raise HeaderError(f"{name}: unknown options {options}")
    traces = int(pairs["traces"]) if "traces" in pairs else None
    return Header(pairs["target"], pairs["expect"], traces, pairs.get("xla") == "yes", options, isolated)


def read_header(path: Path) -> Header:
    """Return the header of the fixture at `path`."""
    return parse_header(path.read_text(encoding="utf-8"), path.name)
