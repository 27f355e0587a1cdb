"""Random programs: functions that call each other in many ways, as one module or spread over a package."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hypothesis import strategies as st

LEAVES = {
    "fine": ["y = tf.sin(x) * tf.cos(x) + tf.tanh(x)"],
    "loop": ["y = x", "for _ in range(9):", "    y = tf.sin(y) + tf.square(y) * 0.1"],
    "branch": ["if tf.reduce_sum(x) > 0:", "    y = tf.exp(-x)", "else:", "    y = tf.exp(x)"],
    "print": ["print('called')", "y = tf.sin(x)"],
    "append": ["{log}.append(1)", "y = tf.sin(x)"],
    "global": ["global {count}", "{count} += 1", "y = tf.sin(x) * {count}"],
    "random": ["y = x * random.random()"],
    "numpy": ["y = tf.sin(x) + np.mean(x)"],
    "eager": ["y = tf.sin(x) + float(x.numpy().sum())"],
    "iterate": ["y = tf.stack([part * 2.0 for part in x])"],
}
HARMLESS = ("fine", "loop", "branch")
WAYS = ("direct", "partial", "method", "apply", "table", "factory", "attribute")
IMPORTS = ("relative", "absolute", "renamed", "module", "dotted", "aliased", "star", "exported")
LIBRARIES = "import functools\nimport random\n\nimport numpy as np\nimport tensorflow as tf\n"
APPLY = "\n\ndef apply(function, value):\n    return function(value)\n"
PACKAGE = "stacks"


@dataclass(frozen=True)
class Use:
    """A call of function number `callee`: in which way, and how its module is imported."""

    callee: int
    way: str
    form: str


@dataclass(frozen=True)
class Part:
    """One function: the module it is in, what it computes itself, whom it calls."""

    module: int
    leaf: str
    uses: tuple[Use, ...]
    decorated: bool


@dataclass(frozen=True)
class Program:
    """Functions f0, f1, …, each calling earlier ones, in recursive programs any; `hot` are called in a loop by the main program."""

    parts: tuple[Part, ...]
    hot: tuple[Use, ...]

    def inlined(self) -> str:
        """The program as one module."""
        text = LIBRARIES + APPLY
        for number, part in enumerate(self.parts):
            text += _definition(number, part, lambda name, form: name)
        return text + _main(self.hot, lambda name, form: name)

    def write(self, folder: Path) -> dict[int, Path]:
        """Writes the program as a package below `folder`; the file of each function."""
        package = folder / PACKAGE
        package.mkdir(parents=True)
        (folder / "pyproject.toml").write_text("")
        modules = sorted({part.module for part in self.parts})
        files = {number: package / f"m{part.module}.py" for number, part in enumerate(self.parts)}
        exports = "".join(f"from .m{module} import *\n" for module in modules)
        (package / "__init__.py").write_text(exports + "from .tools import apply\n")
        (package / "tools.py").write_text(APPLY.lstrip())
        for module in modules:
            (package / f"m{module}.py").write_text(self._module(module))
        imports = _Imports(self, -1)
        main = _main(self.hot, imports.name)
        (folder / "main.py").write_text(
            "import functools\n\nimport tensorflow as tf\n" + imports.text() + main
        )
        return files

    def _module(self, module: int) -> str:
        imports = _Imports(self, module)
        body = "".join(
            _definition(number, part, imports.name)
            for number, part in enumerate(self.parts)
            if part.module == module
        )
        return LIBRARIES + imports.text() + body


class _Imports:
    """Import statements of one module, collected while its functions are written."""

    def __init__(self, program: Program, module: int) -> None:
        self.program = program
        self.module = module
        self.lines: dict[str, None] = {}

    def text(self) -> str:
        return "".join(f"{line}\n" for line in self.lines)

    def name(self, name: str, form: str) -> str:
        """How the module calls `name` of another one, after the import that this needs."""
        home = self._home(name)
        if home == f"m{self.module}":
            return name
        if self.module == -1 and form in ("relative", "module"):
            form = "absolute"
        line, written = {
            "relative": (f"from .{home} import {name}", name),
            "absolute": (f"from {PACKAGE}.{home} import {name}", name),
            "renamed": (f"from {PACKAGE}.{home} import {name} as its_{name}", f"its_{name}"),
            "module": (f"from . import {home}", f"{home}.{name}"),
            "dotted": (f"import {PACKAGE}.{home}", f"{PACKAGE}.{home}.{name}"),
            "aliased": (f"import {PACKAGE}.{home} as the_{home}", f"the_{home}.{name}"),
            "star": (f"from {PACKAGE}.{home} import *", name),
            "exported": (f"from {PACKAGE} import {name}", name),
        }[form]
        self.lines[line] = None
        return written

    def _home(self, name: str) -> str:
        if name == "apply":
            return "tools"
        number = int("".join(filter(str.isdigit, name)))
        return f"m{self.program.parts[number].module}"


def _definition(number: int, part: Part, named: object) -> str:
    """One function with what its callers may use instead of its name."""
    text = f"\n\nlog{number} = []\ncount{number} = 0\n\n\n"
    text += "@tf.function\n" if part.decorated else ""
    text += f"def f{number}(x):\n"
    for line in LEAVES[part.leaf]:
        text += "    " + line.format(log=f"log{number}", count=f"count{number}") + "\n"
    for use in part.uses:
        text += f"    y = y + {_call(use, named, 'x')}\n"
    text += "    return y\n"
    text += f"\n\nclass Box{number}:\n    def __init__(self):\n        self.function = f{number}\n\n"
    text += f"    def run(self, x):\n        return f{number}(x)\n"
    text += f"\n\ndef make{number}():\n    return f{number}\n"
    return text + f"\n\nbox{number} = Box{number}()\ntable{number} = {{'it': f{number}}}\n"


def _call(use: Use, named: object, argument: str) -> str:
    assert callable(named)
    number, form = use.callee, use.form
    if use.way == "direct":
        return f"{named(f'f{number}', form)}({argument})"
    if use.way == "partial":
        return f"functools.partial({named(f'f{number}', form)})({argument})"
    if use.way == "method":
        return f"{named(f'box{number}', form)}.run({argument})"
    if use.way == "attribute":
        return f"{named(f'box{number}', form)}.function({argument})"
    if use.way == "table":
        return f"{named(f'table{number}', form)}['it']({argument})"
    if use.way == "factory":
        return f"{named(f'make{number}', form)}()({argument})"
    return f"{named('apply', 'absolute')}({named(f'f{number}', form)}, {argument})"


def _main(hot: tuple[Use, ...], named: object) -> str:
    calls = [_call(use, named, "tf.ones((3,))") for use in hot]
    if not calls:
        return "\n"
    return "\n\nfor step in range(100):\n" + "".join(f"    print(step, {call})\n" for call in calls)


def programs(
    cyclic: bool = True, harmful: bool = True, decorated: bool = True, recursive: bool = False
) -> st.SearchStrategy[Program]:
    """Programs of up to seven functions; with `cyclic`, modules may import each other, with `recursive`, functions call each other."""
    return _programs(cyclic, harmful, decorated, recursive)


@st.composite
def _programs(draw: st.DrawFn, cyclic: bool, harmful: bool, decorated: bool, recursive: bool) -> Program:
    count = draw(st.integers(2, 7))
    modules = [draw(st.integers(0, 2)) for _ in range(count)]
    if not cyclic:
        modules.sort()
    parts = []
    for number in range(count):
        leaf = draw(st.sampled_from(tuple(LEAVES) if harmful and draw(st.booleans()) else HARMLESS))
        below = count if recursive else number
        uses = tuple(draw(st.lists(_use(below), max_size=2))) if below else ()
        parts.append(Part(modules[number], leaf, uses, decorated and draw(st.integers(0, 5)) == 0))
    return Program(tuple(parts), tuple(draw(st.lists(_use(count), max_size=2))))


def _use(below: int) -> st.SearchStrategy[Use]:
    return st.builds(Use, st.integers(0, below - 1), st.sampled_from(WAYS), st.sampled_from(IMPORTS))
