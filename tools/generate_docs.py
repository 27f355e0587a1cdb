"""Writes the generated parts of the README and of docs/: tables, and what commands print.

    python tools/generate_docs.py [--check]

Between `<!-- generated: NAME -->` and `<!-- end -->` stands the table that `TABLES` calls NAME. In a
block that begins with ```console each line `$ hybridize …` or `$ flake8 …` is run in the checkout,
and what it prints follows it; a line `…` stands for lines that are left out, and as many as were
shown before and after it are shown again. A block that would differ in measured times only stays
as it is. With `--check` nothing is written and the exit status is 1 if something would change.
"""

from __future__ import annotations

import argparse
import json
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from flake8_hybridize.config import FLAKE8_OWN, FLAKE8_PATHS, SETTINGS
from flake8_hybridize.hosts.arguments import SWITCHES, TEXTS
from flake8_hybridize.rules.registry import RULES, Rule

ROOT = Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "tests" / "fixtures"
EXAMPLE = ("examples/losses.py", "smooth_cross_entropy")
PROGRAMS = {"hybridize": "flake8_hybridize", "flake8": "flake8"}
OMITTED = "…"

_GENERATED = re.compile(r"(<!-- generated: ([\w-]+) -->\n).*?(<!-- end -->)", re.DOTALL)
_CONSOLE = re.compile(r"(?<=^```console\n).*?(?=^```$)", re.DOTALL | re.MULTILINE)
_DEFAULT = re.compile(r" \(default: [^)]*\)")
_SECONDS = re.compile(r"\d+\.\d+ s\b")


def pages() -> list[Path]:
    """The files that may have generated parts."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def regenerated(path: Path) -> str:
    """The text of a page with its generated parts made anew."""
    text = path.read_text(encoding="utf-8")
    text = _GENERATED.sub(lambda match: f"{match[1]}{TABLES[match[2]]()}{match[3]}", text)
    return _CONSOLE.sub(lambda match: _session(match[0]), text)


def _session(block: str) -> str:
    parts = re.split(r"^(?=\$ )", block, flags=re.MULTILINE)
    new = "".join(_ran(part) for part in parts if part)
    return block if _SECONDS.sub("", new) == _SECONDS.sub("", block) else new


def _ran(part: str) -> str:
    command, _, shown = part.partition("\n")
    program, *arguments = shlex.split(command.removeprefix("$ "))
    lines = _output(PROGRAMS[program], arguments, ROOT)
    return "\n".join([command, *_cut(lines, shown.splitlines())]) + "\n"


def _output(module: str, arguments: Sequence[str], folder: Path) -> list[str]:
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=False)
    if done.stderr:
        raise RuntimeError(f"{shlex.join(command)}: {done.stderr}")
    return done.stdout.splitlines()


def _cut(lines: list[str], shown: Sequence[str]) -> list[str]:
    if OMITTED not in shown:
        return lines
    head = shown.index(OMITTED)
    tail = len(shown) - head - 1
    return [*lines[:head], OMITTED, *lines[len(lines) - tail :]]


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [header, ["---"] * len(header), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def codes() -> str:
    """All codes in brief; the anchors are those that `hybridize rules --format json` gives as `url`."""
    header = ("code", "what", "category", "default", "fix")
    return table(header, map(_brief, RULES.values()))


def _brief(rule: Rule) -> Sequence[str]:
    code = f'<a id="{rule.code.lower()}"></a>[{rule.code}](docs/rules/{rule.code}.md)'
    return code, rule.summary, rule.category.value, _default(rule), _fix(rule)


def codes_in_full() -> str:
    """All codes with what they need and how they are tested."""
    header = ("code", "name", "category", "confidence", "default", "fix", "fixtures", "truth test")
    return table(header, map(_full, RULES.values()))


def _full(rule: Rule) -> Sequence[str]:
    code = f"[{rule.code}](rules/{rule.code}.md)"
    folder = FIXTURES / rule.code
    fires, silent = (len(list(folder.glob(f"{kind}_*.py*"))) for kind in ("fires", "silent"))
    fixtures = f"[{fires} fire, {silent} silent](../tests/fixtures/{rule.code})"
    truth = "–" if rule.code.startswith("HYB9") else "[yes](../tests/truth/test_truth.py)"
    needed = rule.minimum_confidence.label
    return code, rule.name, rule.category.value, needed, _default(rule), _fix(rule), fixtures, truth


def _default(rule: Rule) -> str:
    return "opt-in" if rule.opt_in else "on"


def _fix(rule: Rule) -> str:
    return rule.fix.value if rule.fix else "none"


def settings() -> str:
    """All settings with their defaults, and whether flake8's configuration may hold them."""
    lines = (
        line.partition("  # ")[0].rstrip() for line in _output("flake8_hybridize", ["config"], Path("/"))
    )
    defaults = dict(line.split(" = ", 1) for line in lines)
    texts = {**{name: text for name, (_, text) in TEXTS.items()}, **SWITCHES}
    rows = [
        (f"`{name}`", _DEFAULT.sub("", texts[name]), f"`{defaults[name]}`", _in_flake8(name))
        for name in SETTINGS
    ]
    return table(("key", "meaning", "default", "in `[flake8]`"), rows)


def _in_flake8(name: str) -> str:
    if SETTINGS[name].in_flake8:
        return f"`hybridize-{name}`"
    return f"flake8's `{name}`" if name in (*FLAKE8_OWN, *FLAKE8_PATHS) else "–"


def example_function() -> str:
    """The entry of one function of examples/ in the JSON report."""
    path, name = EXAMPLE
    report = json.loads("\n".join(_output("flake8_hybridize", ["report", "--format", "json", path], ROOT)))
    (entry,) = (function for function in report["functions"] if function["qualname"] == name)
    return f"```json\n{json.dumps(entry, indent=1, ensure_ascii=False)}\n```\n"


TABLES: Mapping[str, Callable[[], str]] = {
    "codes": codes,
    "codes-in-full": codes_in_full,
    "settings": settings,
    "example-function": example_function,
}


def main(argv: Sequence[str] | None = None) -> int:
    """Write, or check, all pages; returns the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing, exit with 1 if a page is stale")
    check: bool = parser.parse_args(argv).check
    new = {path: regenerated(path) for path in pages()}
    stale = {path: text for path, text in new.items() if text != path.read_text(encoding="utf-8")}
    for path, text in stale.items():
        print(f"{path.relative_to(ROOT)} {'is out of date' if check else 'written'}")
        if not check:
            path.write_text(text, encoding="utf-8")
    return int(check and bool(stale))


if __name__ == "__main__":
    sys.exit(main())
