"""The code that is linted: wheels of pinned versions, fetched and unpacked once."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

SETS = {
    "small": ("tf-agents==0.19.0",),
    "large": ("tf-agents==0.19.0", "tf-models-official==2.20.0", "deepchem==2.8.0"),
}
"""About 130,000 and 500,000 lines."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """One set: what is in it, the folder with its files, and how many lines they have."""

    name: str
    source: str
    folder: Path
    files: int
    lines: int


def corpus(name: str, folder: Path) -> Corpus:
    """The set, fetched if it is not there."""
    target = folder / "sets" / name
    for requirement in SETS[name]:
        place = target / requirement.partition("==")[0]
        if not place.exists():
            _unpack(_wheel(requirement, folder / "wheels"), place)
    target.joinpath("pyproject.toml").touch()  # the project ends here, whatever is above
    return _counted(name, ", ".join(SETS[name]), target)


def own(folder: Path) -> Corpus:
    """The code in a folder of the user's."""
    return _counted(folder.resolve().name, str(folder), folder)


def _counted(name: str, source: str, folder: Path) -> Corpus:
    files = sorted(folder.rglob("*.py"))
    return Corpus(name, source, folder, len(files), sum(path.read_bytes().count(b"\n") for path in files))


def _wheel(requirement: str, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    name = requirement.replace("==", "-").replace("-", "_")
    found = [path for path in folder.glob("*.whl") if path.name.replace("-", "_").startswith(name)]
    if not found:
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:"]
        platform = [
            "--python-version",
            "3.11",
            "--implementation",
            "py",
            "--abi",
            "none",
            "--platform",
            "any",
        ]
        subprocess.run([*command, *platform, "-d", str(folder), requirement], check=True)
        return _wheel(requirement, folder)
    return found[0]


def _unpack(wheel: Path, place: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(place, [name for name in archive.namelist() if name.endswith(".py")])
