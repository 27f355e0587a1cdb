"""The names of the standard library exist in the Python that runs the tests."""

from __future__ import annotations

import importlib
import importlib.util
import sys

from flake8_hybridize.knowledge.tables import packages, stdlib

SINCE = {
    "math.cbrt": (3, 11),
    "math.exp2": (3, 11),
    "os.getloadavg": (3, 0) if sys.platform != "win32" else (9, 9),
}
"""Version of Python that a name needs, where that is more than 3.10."""


def exists(name: str) -> bool:
    parts = name.split(".")
    for cut in range(len(parts) - 1, 0, -1):
        try:
            value = importlib.import_module(".".join(parts[:cut]))
        except ImportError:
            continue
        for part in parts[cut:]:
            if not hasattr(value, part):
                return False
            value = getattr(value, part)
        return True
    return False


def test_names_exist() -> None:
    wanted = [name for name in stdlib.ROWS if SINCE.get(name, (3, 10)) <= sys.version_info]
    assert [name for name in wanted if not exists(name)] == []


def test_every_package_of_the_table_has_a_policy() -> None:
    roots = {name.partition(".")[0] for name in stdlib.ROWS} - {"builtins"}
    assert roots - set(packages.POLICIES) - {"concurrent", "fileinput"} == set()


def test_policies_of_the_standard_library_name_its_modules() -> None:
    """A misspelt module would silently have no policy."""
    known = {name for name in packages.POLICIES if name.partition(".")[0] in sys.stdlib_module_names}
    assert len(known) > 80
    assert [name for name in known if name not in ("fcntl",) and importlib.util.find_spec(name) is None] == []
