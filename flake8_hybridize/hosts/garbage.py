"""The cycle collector: it finds nothing in an analysis, but would look at everything again and again."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Nothing is searched for cycles in the block; afterwards it is as before."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@contextmanager
def kept() -> Iterator[None]:
    """The same, and what is found out in the block is not searched afterwards either: it stays until the run ends."""
    with uncollected():
        try:
            yield
        finally:
            gc.freeze()
