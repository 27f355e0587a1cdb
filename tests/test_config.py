"""Where settings come from, which wins, and how wrong ones are refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from flake8_hybridize.config import DEFAULT_EXCLUDE, ConfigError, Settings, load, required_version
from flake8_hybridize.options import Options
from flake8_hybridize.results import Confidence


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    project = tmp_path / "home" / "project"
    project.mkdir(parents=True)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(project)
    return project


def settings(config: str | None = None, environ: dict[str, str] | None = None, **given: Any) -> Settings:
    return load({key.replace("_", "-"): raw for key, raw in given.items()}, config, environ=environ or {})


def refusal(**given: Any) -> str:
    with pytest.raises(ConfigError) as caught:
        settings(**given)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_defaults() -> None:
    default = settings()
    assert default.options.confidence is Confidence.LIKELY
    assert default.exclude == DEFAULT_EXCLUDE
    assert default.jobs >= 1
    assert set(default.origins.values()) == {"default"}


def test_the_stronger_source_wins(here: Path) -> None:
    (here / "setup.cfg").write_text(
        "[flake8]\nhybridize-wrappers = a.b, c.d\nhybridize_tensorflow_version = 2.10\n"
    )
    (here / "pyproject.toml").write_text(
        '[tool.hybridize]\ntensorflow-version = "2.12"\nconfidence = "proved"\n'
    )
    result = settings(confidence="likely", environ={"HYBRIDIZE_CACHE_DIR": "cache"})
    assert result.options.wrappers == ("a.b", "c.d")
    assert result.options.tensorflow_version == (2, 12)
    assert result.options.confidence is Confidence.LIKELY
    assert result["cache-dir"] == str(here / "cache")
    assert (result.origins["wrappers"], result.origins["tensorflow-version"]) == (
        "setup.cfg",
        "pyproject.toml",
    )
    assert settings(cache_dir="mine", environ={"HYBRIDIZE_CACHE_DIR": "x"})["cache-dir"] == str(here / "mine")


def test_the_first_file_with_a_section_of_flake8_is_read(here: Path) -> None:
    (here / "setup.cfg").write_text("[metadata]\nname = x\n")
    (here / "tox.ini").write_text("[flake8]\nhybridize-confidence = proved\n")
    (here / ".flake8").write_text("[flake8]\nhybridize-confidence = likely\n")
    assert settings().origins["confidence"] == "tox.ini"


def test_files_are_looked_for_upward_but_not_in_the_home_folder(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / ".flake8").write_text("[flake8]\nhybridize-source-root = src\nexclude = build,sub/x\n")
    (here / "src").mkdir()
    inner = here / "a" / "b"
    inner.mkdir(parents=True)
    monkeypatch.chdir(inner)
    result = settings()
    assert result.options.source_roots == (str(here / "src"),)
    assert result.exclude == ("build", str(here / "sub" / "x"))
    assert result.origins["exclude"] == str(here / ".flake8")
    (here / ".flake8").rename(here.parent / ".flake8")
    (here.parent / "pyproject.toml").write_text("[tool.hybridize]\nnonsense = 1\n")
    assert set(settings().origins.values()) == {"default"}


def test_codes_of_flake8_count_as_far_as_they_are_ours(here: Path) -> None:
    (here / ".flake8").write_text(
        "[flake8]\nselect = E,F,HYB1\nignore = E501,HYB102\nextend-ignore = W,HYB3\n"
        "per-file-ignores =\n    tests/*:HYB1,D100\n    a.py:E501\n"
    )
    result = settings()
    assert result.options.select == ("HYB1",)
    assert result.options.ignore == ("HYB102", "HYB3")
    assert result["per-file-ignores"] == ((str(here / "tests" / "*"), ("HYB1",)),)
    (here / ".flake8").write_text("[flake8]\nselect = E,F\nignore = H\n")
    assert (settings().options.select, settings().options.ignore) == ((), ("HYB",))


REQUIRED = {
    ("requirements.txt", "numpy\ntensorflow==2.4.1  # GPU\n"): (2, 4),
    ("requirements.txt", "tensorflow-gpu >= 2.3, < 2.9\n"): (2, 8),
    ("requirements.txt", "tensorflow[and-cuda]<=2.15.1\ntensorflow-probability==0.23\n"): (2, 15),
    ("requirements.txt", "tensorflow~=2.10.0"): (2, 10),
    ("requirements.txt", "tensorflow<2.16.2"): (2, 16),
    ("environment.yml", "dependencies:\n  - tensorflow=2.6\n"): (2, 6),
    ("setup.cfg", "[options]\ninstall_requires =\n    tensorflow>=2.2,<2.12\n"): (2, 11),
    ("setup.py", "setup(install_requires=['tensorflow==2.8.*'])\n"): (2, 8),
    ("pyproject.toml", "[project]\ndependencies = ['tensorflow-cpu<=2.13']\n"): (2, 13),
    ("requirements.txt", "tensorflow>=2.2\n"): None,
    ("requirements.txt", "tensorflow\n"): None,
    ("requirements.txt", "tensorflow==1.15\n"): None,
    ("requirements.txt", "tensorflow<3\n"): None,
    ("requirements.txt", "tensorflow-datasets==2.1\ntensorflow_hub==2.2\n"): None,
    ("requirements.txt", "# tensorflow==2.4\n"): None,
    ("pyproject.toml", "[tool.poetry.dependencies]\ntensorflow = '^2.4'\n"): None,
}


@pytest.mark.parametrize(("file", "version"), REQUIRED.items())
def test_requirements_tell_the_newest_tensorflow(
    file: tuple[str, str], version: tuple[int, int] | None, here: Path
) -> None:
    name, text = file
    (here / name).write_text(text)
    found = settings()
    assert found.options.tensorflow_version == (version or Options().tensorflow_version)
    assert found.origins["tensorflow-version"] == (name if version else "default")


def test_requirements_of_the_folder_above_are_weaker_than_settings(here: Path) -> None:
    (here / "requirements.txt").write_text("tensorflow==2.4\ntensorflow-cpu<2.8\n")
    below = here / "below"
    below.mkdir()
    assert required_version(below) == (2, 4)
    (below / "requirements.txt").write_text("tensorflow\n")
    assert required_version(below) is None
    (here / ".flake8").write_text("[flake8]\nhybridize-tensorflow-version = 2.12\n")
    assert settings().options.tensorflow_version == (2, 12)


def test_config_replaces_the_search(here: Path) -> None:
    (here / "setup.cfg").write_text("[flake8]\nhybridize-confidence = proved\n")
    (here / "other.toml").write_text("[tool.hybridize]\njobs = 3\nno-cache = true\n")
    (here / "other.cfg").write_text("[flake8]\nhybridize-no-follow-imports = yes\n")
    result = settings("other.toml")
    assert (result.jobs, result["no-cache"], result.options.confidence) == (3, True, Confidence.LIKELY)
    assert settings("other.cfg").options.follow_imports is False


REFUSED_FLAKE8 = {
    "hybridize-confidence = sure": "setup.cfg: confidence: 'sure' is not one of likely, proved",
    "hybridize-extend-select = HYB1O3": "setup.cfg: extend-select: 'HYB1O3' is not a code such as HYB101",
    "hybridize-extend-select = HYB199": "setup.cfg: extend-select: 'HYB199' is no rule, see ",
    "hybridize-no-cache = maybe": "setup.cfg: no-cache: 'maybe' is not true or false",
    "hybridize-tensorflow-version = 1.15": "setup.cfg: tensorflow-version: '1.15' is not a version",
    "hybridize-source-root = srcc": "setup.cfg: source-root: 'srcc' is not a folder",
    "hybridize-wrappers = a..b": "setup.cfg: wrappers: 'a..b' is not a dotted name",
    "hybridize-extendselect = HYB1": "setup.cfg: unknown key 'hybridize-extendselect', did you mean",
    "hybridize-jobs = 2": "setup.cfg: unknown key 'hybridize-jobs'",
    "per-file-ignores = a.py b.py": "setup.cfg: per-file-ignores: 'a.py b.py' is not a list of",
}


@pytest.mark.parametrize(("line", "message"), REFUSED_FLAKE8.items())
def test_wrong_lines_in_the_file_of_flake8(line: str, message: str, here: Path) -> None:
    (here / "setup.cfg").write_text(f"[flake8]\n{line}\n")
    assert refusal().startswith(message)


REFUSED_TOML = {
    "extendselect = []": "pyproject.toml: unknown key 'tool.hybridize.extendselect', did you",
    "confidence = 3": "pyproject.toml: confidence: 3 is not one of likely, proved",
    "confidence = ['likely']": "pyproject.toml: confidence: ['likely'] is not one of likely, proved",
    "tensorflow-version = 2.1": "pyproject.toml: tensorflow-version: 2.1 is not a version",
    "extend-select = 103": "pyproject.toml: extend-select: 103 is not a list of texts",
    "source-root = [1]": "pyproject.toml: source-root: [1] is not a list of texts",
    "no-cache = 'maybe'": "pyproject.toml: no-cache: 'maybe' is not true or false",
    "jobs = -1": "pyproject.toml: jobs: -1 is not a positive number or 'auto'",
    "jobs = true": "pyproject.toml: jobs: True is not a positive number or 'auto'",
    "cache-dir = 1": "pyproject.toml: cache-dir: 1 is not the name of a folder",
    "cache-dir = 'pyproject.toml'": "pyproject.toml: cache-dir: 'pyproject.toml' is not a folder",
    "per-file-ignores = ['a.py']": "pyproject.toml: per-file-ignores: ['a.py'] is not a table",
    "jobs = = 2": "pyproject.toml: cannot be read: ",
}


@pytest.mark.parametrize(("line", "message"), REFUSED_TOML.items())
def test_wrong_lines_in_pyproject(line: str, message: str, here: Path) -> None:
    (here / "pyproject.toml").write_text(f"[tool.hybridize]\n{line}\n")
    assert refusal().startswith(message)


def test_wrong_files(here: Path) -> None:
    assert refusal(config="gone.cfg") == "command line: --config: no such file 'gone.cfg'"
    (here / "empty.cfg").write_text("[tox]\n")
    assert refusal(config="empty.cfg") == "empty.cfg: has no section [flake8]"
    (here / "broken.cfg").write_text("flake8\n")
    assert "cannot be read: " in refusal(config="broken.cfg")
    assert refusal(jobs="x") == "command line: --jobs: 'x' is not a positive number or 'auto'"
    (here / "pyproject.toml").write_text("[tool]\nhybridize = 3  # tool.hybridize\n")
    assert refusal() == "pyproject.toml: tool.hybridize is not a table"


def test_files_that_flake8_passes_over_are_passed_over(here: Path) -> None:
    (here / "setup.cfg").write_bytes(b"[flake8\nx\xff")
    (here / "tox.ini").write_text("[flake8]\nhybridize-confidence = proved\n")
    assert settings().origins["confidence"] == "tox.ini"
