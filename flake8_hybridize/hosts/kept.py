"""The cache of one flake8 run: results for files whose text is what is on the disk, never for what is being typed."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from flake8_hybridize.source.text import Source, UnreadableSource, read_bytes

if TYPE_CHECKING:
    from flake8_hybridize.cache.results import Results
    from flake8_hybridize.model.project import Project
    from flake8_hybridize.options import Options
    from flake8_hybridize.results import Analysis


class Kept:
    """Finds and keeps results; `folder` is that of the cache, empty for the usual one, None for no cache.

    A run that was given other text than that on the disk keeps nothing from then on: what it finds out about other
    files may rest on that text. Whatever is wrong with the cache, the run goes on without it.
    """

    def __init__(self, folder: str | None) -> None:
        self._folder = folder
        self._results: Results[Analysis] | None = None
        self._process = 0
        self._data: bytes | None = None

    def find(self, source: Source, options: Options, project: Callable[[], Project]) -> Analysis | None:
        """What an earlier run found in this very file."""
        if self._folder is None:
            return None
        try:
            return self._find(self._folder, source, options, project)
        except Exception as error:
            self._give_up(error)
            return None

    def keep(self, found: Analysis, project: Callable[[], Project]) -> None:
        """Remembers what was found in the file that was looked for last."""
        if self._folder is None or self._results is None or self._data is None or found.error is not None:
            return
        try:
            self._results.keep(found.path, self._data, found, project())
        except Exception as error:
            self._give_up(error)

    def _find(
        self, folder: str, source: Source, options: Options, project: Callable[[], Project]
    ) -> Analysis | None:
        self._data = _on_disk(source)
        if self._data is None:
            self._folder = None
            return None
        return self._opened(folder, options, project().roots).find(source.path, self._data)

    def _give_up(self, error: Exception) -> None:
        from flake8_hybridize.hosts.guard import DEBUG

        self._folder = None
        if os.environ.get(DEBUG):
            raise error

    def _opened(self, folder: str, options: Options, roots: tuple[str, ...]) -> Results[Analysis]:
        """The cache of this process: a database must not be shared with those that flake8 makes."""
        if self._results is None or self._process != os.getpid():
            from multiprocessing.util import Finalize

            from flake8_hybridize.cache.results import ANALYSES, Results, default_folder

            self._process = os.getpid()
            results = Results(Path(folder) if folder else default_folder(), options, roots, ANALYSES)
            Finalize(self, results.close, exitpriority=1)
            self._results = results
        return self._results


def _on_disk(source: Source) -> bytes | None:
    """The bytes of the file, if it has the text of the source, line breaks aside."""
    try:
        data = read_bytes(source.path)
        there = Source.from_bytes(data, source.path).text
    except UnreadableSource:
        return None
    return data if _plain(there) == _plain(source.text) else None


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
