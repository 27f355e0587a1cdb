"""The settings of a run of the command: where they come from and what they may be.

From weakest to strongest: the defaults; the newest TensorFlow that the project's requirements allow; the section `[flake8]` of the configuration file that
flake8 itself would read (keys `hybridize-…`, and flake8's own select, ignore, exclude and
per-file-ignores as far as they speak of HYB codes); `[tool.hybridize]` of the nearest
`pyproject.toml` that has it; the environment; the command line. `--config FILE` replaces both
searches. Unknown keys and bad values are errors that name file and key.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flake8_hybridize import config_values as values
from flake8_hybridize.options import Options
from flake8_hybridize.requirements import newest_allowed
from flake8_hybridize.results import Confidence

DEFAULT_EXCLUDE = (
    ".svn", "CVS", ".bzr", ".hg", ".git", "__pycache__", ".tox", ".nox", ".eggs", "*.egg", ".ipynb_checkpoints",
)  # fmt: skip
FLAKE8_FILES = ("setup.cfg", "tox.ini", ".flake8")
DEFAULT = "default"
COMMAND_LINE = "command line"
FLAKE8 = "flake8"
PREFIXES = {COMMAND_LINE: "--", FLAKE8: "hybridize-"}
CACHE_VARIABLE = "HYBRIDIZE_CACHE_DIR"


class ConfigError(Exception):
    """A setting that cannot be used; the text is one line and names the place, key and value."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One key: how its value is read, and whether flake8's section may hold it as `hybridize-…`."""

    parse: Callable[[Any, Path], Any]
    default: Any
    in_flake8: bool = True


SETTINGS: Mapping[str, Setting] = {
    "select": Setting(values.codes, (), in_flake8=False),
    "ignore": Setting(values.codes, (), in_flake8=False),
    "extend-select": Setting(values.codes, ()),
    "confidence": Setting(values.confidence, Confidence.LIKELY),
    "tensorflow-version": Setting(values.version, Options().tensorflow_version),
    "wrappers": Setting(values.dotted_names, ()),
    "source-root": Setting(values.folders, ()),
    "no-follow-imports": Setting(values.boolean, False),
    "exclude": Setting(values.patterns, DEFAULT_EXCLUDE, in_flake8=False),
    "extend-exclude": Setting(values.patterns, (), in_flake8=False),
    "per-file-ignores": Setting(values.file_codes, (), in_flake8=False),
    "jobs": Setting(values.jobs, 0, in_flake8=False),
    "no-cache": Setting(values.boolean, False),
    "cache-dir": Setting(values.folder_name, None),
}

FLAKE8_OWN = {"select": "select", "ignore": "ignore", "extend-ignore": "ignore"}
"""flake8's keys that hold codes, and the setting that those of them about HYB become."""

FLAKE8_PATHS = ("exclude", "extend-exclude", "per-file-ignores")
"""flake8's keys that mean the same here."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting with its effective value, and where each comes from."""

    values: Mapping[str, Any]
    origins: Mapping[str, str]

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    @property
    def options(self) -> Options:
        """What the analysis needs to know."""
        return Options(
            select=self["select"],
            ignore=self["ignore"],
            extend_select=self["extend-select"],
            confidence=self["confidence"],
            tensorflow_version=self["tensorflow-version"],
            wrappers=self["wrappers"],
            source_roots=self["source-root"],
            follow_imports=not self["no-follow-imports"],
        )

    @property
    def jobs(self) -> int:
        """Number of processes; `auto` is the number of processors."""
        return self["jobs"] or os.cpu_count() or 1

    @property
    def exclude(self) -> tuple[str, ...]:
        """Patterns of files and folders that are passed over."""
        return (*self["exclude"], *self["extend-exclude"])


Layer = tuple[str, Path, Mapping[str, Any]]
"""Where values come from, the folder that their relative paths start from, and the values by key."""


def load(
    given: Mapping[str, Any],
    config: str | None = None,
    cwd: Path | None = None,
    environ: Mapping[str, str] = os.environ,
) -> Settings:
    """The effective settings; `given` are those of the command line, by key, as text."""
    return from_layers(_layers(given, config, cwd or Path.cwd(), environ))


def from_layers(layers: Iterable[Layer]) -> Settings:
    """The settings with the values of every layer, a later one replacing those before it."""
    effective = {name: setting.default for name, setting in SETTINGS.items()}
    origins = dict.fromkeys(effective, DEFAULT)
    for origin, base, layer in layers:
        for name, raw in layer.items():
            effective[name] = _value(name, raw, base, origin)
            origins[name] = origin
    return Settings(effective, origins)


def _value(name: str, raw: Any, base: Path, origin: str) -> Any:
    try:
        return SETTINGS[name].parse(raw, base)
    except ValueError as error:
        key = PREFIXES.get(origin, "") + name
        raise ConfigError(f"{origin}: {key}: {error}") from error


def _layers(
    given: Mapping[str, Any], config: str | None, here: Path, environ: Mapping[str, str]
) -> Iterator[Layer]:
    required = newest_allowed(_upward(here))
    if required is not None:
        yield _display(required[0], here), here, {"tensorflow-version": ".".join(map(str, required[1]))}
    for path in _files(config, here):
        read = _from_toml if path.suffix == ".toml" else _from_ini
        yield _display(path, here), path.parent, read(path, _display(path, here))
    if environ.get(CACHE_VARIABLE):
        yield f"environment {CACHE_VARIABLE}", here, {"cache-dir": environ[CACHE_VARIABLE]}
    yield COMMAND_LINE, here, given


def _files(config: str | None, here: Path) -> Iterator[Path]:
    if config is not None:
        path = here / config
        if not path.is_file():
            raise ConfigError(f"{COMMAND_LINE}: --config: no such file {config!r}")
        yield path
        return
    for names, holds in ((FLAKE8_FILES, _has_flake8), (("pyproject.toml",), _has_table)):
        candidates = (folder / name for folder in _upward(here) for name in names)
        yield from _first(path for path in candidates if path.is_file() and holds(path))


def _first(paths: Iterator[Path]) -> Iterator[Path]:
    for path in paths:
        yield path
        return


def required_version(here: Path) -> tuple[int, int] | None:
    """The newest TensorFlow that the requirements of the project around the folder allow."""
    found = newest_allowed(_upward(here))
    return None if found is None else found[1]


def _upward(here: Path) -> Iterator[Path]:
    """Folders from `here` up to, not including, the home folder, as flake8 looks through them."""
    home = Path(os.path.expanduser("~"))
    for folder in (here, *here.parents):
        if folder == home and folder != here:
            return
        yield folder


def _display(path: Path, here: Path) -> str:
    return path.relative_to(here).as_posix() if path.is_relative_to(here) else str(path)


def _parser(path: Path) -> Any:
    import configparser

    parser = configparser.RawConfigParser()
    try:
        parser.read_string(path.read_text(encoding="utf-8-sig"))
    except (configparser.Error, UnicodeDecodeError, OSError) as error:
        raise ConfigError(f"{path}: cannot be read: {' '.join(str(error).split())}") from error
    return parser


def _has_flake8(path: Path) -> bool:
    try:
        return bool(_parser(path).has_section("flake8"))
    except ConfigError:
        return False


def _has_table(path: Path) -> bool:
    try:
        return "tool.hybridize" in path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False


def _from_ini(path: Path, shown: str) -> Mapping[str, Any]:
    parser = _parser(path)
    if not parser.has_section("flake8"):
        raise ConfigError(f"{shown}: has no section [flake8]")
    layer: dict[str, Any] = {}
    for written, raw in parser.items("flake8"):
        key = written.replace("_", "-")
        if key.startswith("hybridize-"):
            name = key.removeprefix("hybridize-")
            _known(name, shown, written, [name for name, setting in SETTINGS.items() if setting.in_flake8])
            layer[name] = raw
        elif key in FLAKE8_PATHS:
            layer[key] = raw
        elif key in FLAKE8_OWN:
            layer[FLAKE8_OWN[key]] = (*layer.get(FLAKE8_OWN[key], ()), *values.about_hybridize(raw))
    return layer


def _from_toml(path: Path, shown: str) -> Mapping[str, Any]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise ConfigError(f"{shown}: cannot be read: {' '.join(str(error).split())}") from error
    table = document.get("tool", {}).get("hybridize", {})
    if not isinstance(table, dict):
        raise ConfigError(f"{shown}: tool.hybridize is not a table")
    for written in table:
        _known(written.replace("_", "-"), shown, f"tool.hybridize.{written}", SETTINGS)
    return {written.replace("_", "-"): raw for written, raw in table.items()}


def _known(name: str, shown: str, written: str, names: Sequence[str] | Mapping[str, Any]) -> None:
    if name in names:
        return
    import difflib

    close = difflib.get_close_matches(name, list(names), n=1)
    hint = f", did you mean {written[: -len(name)] + close[0]!r}?" if close else ""
    raise ConfigError(f"{shown}: unknown key {written!r}{hint}")
