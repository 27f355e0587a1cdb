"""Settings of all tests."""

from itertools import count

import pytest
from hypothesis import settings

from flake8_hybridize.tensors import values

# A busy machine is slow; that is no failure of a property. A change is judged by the same examples as the one before;
# `pytest --hypothesis-profile=explore` looks for new ones.
settings.register_profile("explore", deadline=None)
settings.register_profile("repeatable", deadline=None, derandomize=True)
settings.load_profile("repeatable")


@pytest.fixture(autouse=True)
def own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test reads what another one, or the user, has put into the cache."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / f"cache{next(_serial)}"))


_serial = count()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The same tests run with the analysis compiled (tools/native.py), but for a few that reach into it."""
    if not values.__file__.endswith(".py"):
        for item in items:
            if item.get_closest_marker("interpreted"):
                item.add_marker(pytest.mark.skip(reason="the analysis is compiled"))
