"""Promises about the code itself: which way imports point, what stays out, what every code comes with."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from flake8_hybridize.rules.registry import RULES

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "flake8_hybridize"
NAME = PACKAGE.name
FIXTURES = ROOT / "tests" / "fixtures"
PAGES = ROOT / "docs" / "rules"

ORDER = "source model knowledge tensors effects hazards verdict rules fixes report cache hosts".split()
"""Packages, each of which imports only itself and those before it."""

OPEN_TO_HOSTS = {
    "analysis", "cache.results", "config", "config_values", "fixes", "hosts", "model.project", "options", "pages", "report",
    "results", "rules.registry", "source",
}  # fmt: skip

FOREIGN = ("tensorflow", "keras", "tf_keras", "sonnet", "tensorflow_probability", "numpy")
LONGEST = 400

MODULES = sorted(PACKAGE.rglob("*.py"))
SECTIONS = [
    "What", "Why", "Example", "Fix", "Fix safety", "When not to use it", "Fine, and not reported",
]  # fmt: skip


def name_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[str]:
    """Dotted names that a module imports anywhere in it, also in functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def own_imports(path: Path) -> Iterator[str]:
    """What a module imports from this package, without the package's name."""
    for name in imports(path):
        if name.startswith(f"{NAME}."):
            yield name.removeprefix(f"{NAME}.")


def package_of(name: str) -> str:
    return name.partition(".")[0]


def modules_of(package: str) -> list[Path]:
    return [path for path in MODULES if package_of(name_of(path)) == package]


by_module = pytest.mark.parametrize("path", MODULES, ids=name_of)


def test_every_package_has_its_place() -> None:
    packages = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert packages <= set(ORDER)
    assert len(MODULES) > 40


@by_module
def test_imports_point_one_way(path: Path) -> None:
    package = package_of(name_of(path))
    if package in ORDER:
        later = ORDER[ORDER.index(package) + 1 :]
        assert [name for name in own_imports(path) if package_of(name) in later] == []


@pytest.mark.parametrize("path", modules_of("hosts"), ids=name_of)
def test_hosts_know_the_analysis_by_one_function(path: Path) -> None:
    unknown = [
        name
        for name in own_imports(path)
        if name != "__version__" and not any(f"{name}.".startswith(f"{known}.") for known in OPEN_TO_HOSTS)
    ]
    assert unknown == []


@by_module
def test_nothing_of_tensorflow_is_imported(path: Path) -> None:
    assert [name for name in imports(path) if package_of(name) in FOREIGN] == []


@pytest.mark.parametrize("path", modules_of("rules"), ids=name_of)
def test_rules_do_not_look_at_syntax(path: Path) -> None:
    assert [name for name in imports(path) if package_of(name) in ("ast", "tokenize", "ast_grep_py")] == []


@pytest.mark.parametrize("path", sorted((PACKAGE / "knowledge" / "tables").glob("*.py")), ids=name_of)
def test_tables_hold_no_logic(path: Path) -> None:
    logic = (
        ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef, ast.If, ast.IfExp, ast.For,
        ast.While, ast.Try, ast.With, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp,
    )  # fmt: skip
    found = [
        node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, logic)
    ]
    assert [f"{type(node).__name__}, line {node.lineno}" for node in found] == []


@by_module
def test_modules_are_one_subject(path: Path) -> None:
    if "knowledge" not in path.parts:
        assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST


@by_module
def test_only_the_console_writes(path: Path) -> None:
    if name_of(path) == "hosts.console":
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = [ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)]
    writers = ("print", "input", "sys.stdout.write", "sys.stdout.buffer.write")
    assert [call for call in calls if call in writers] == []


def test_an_analysis_imports_no_tensorflow() -> None:
    fixture = next(FIXTURES.glob("HYB101/fires_*.py"))
    program = f"""
import sys
from flake8_hybridize.hosts.cli import main
main(["check", {str(fixture)!r}])
assert "flake8_hybridize.analysis" in sys.modules
sys.exit(sorted({set(FOREIGN)!r} & set(sys.modules)) or None)
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")


def test_codes_are_in_order_and_well_formed() -> None:
    assert list(RULES) == sorted(RULES)
    for code, rule in RULES.items():
        assert rule.code == code
        assert re.fullmatch(r"HYB[1-49][0-9]{2}", code)
        assert rule.summary
        assert "\n" not in rule.summary
    names = [rule.name for rule in RULES.values()]
    assert len(set(names)) == len(names)


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    assert {path.stem for path in PAGES.glob("*.md")} == set(RULES)


@pytest.mark.parametrize("code", RULES)
def test_page_says_what_it_must(code: str) -> None:
    rule = RULES[code]
    text = (PAGES / f"{code}.md").read_text(encoding="utf-8")
    lines = text.splitlines()
    assert lines[0].startswith(f"# {code} ")
    metadata = next(line for line in lines[1:] if line)
    default = "opt-in" if rule.opt_in else "on"
    fix = rule.fix.value if rule.fix else "none"
    assert metadata == f"category: {rule.category.value} · default: {default} · fix: {fix}"
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == SECTIONS
    bodies = re.split(r"^## .+$", text, flags=re.MULTILINE)[1:]
    assert all(body.strip() for body in bodies)


def test_every_folder_of_fixtures_belongs_to_a_code() -> None:
    folders = {path.name for path in FIXTURES.iterdir() if path.is_dir() and not path.name.startswith("_")}
    assert folders == set(RULES)


@pytest.mark.parametrize("code", RULES)
def test_every_code_fires_and_stays_silent(code: str) -> None:
    assert list((FIXTURES / code).glob("fires_*.py*"))
    assert list((FIXTURES / code).glob("silent_*.py*"))
