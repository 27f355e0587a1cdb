"""The public API of installed packages: names, aliases and parameters, by introspection.

Used by `generate_knowledge.py` and by the tests of the knowledge tables, never by the linter.
"""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Surface:
    """Public names of one package: `objects` by canonical name, `aliases` to canonical names."""

    objects: dict[str, Any] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)


def public_names(
    root: str, module: types.ModuleType, accept: Callable[[str, Any], bool]
) -> Iterator[tuple[str, Any]]:
    """Yields every public (dotted name, object) below `module`; `accept` decides about submodules."""
    pending: list[tuple[str, Any, frozenset[int]]] = [(root, module, frozenset({id(module)}))]
    while pending:
        prefix, current, ancestors = pending.pop()
        for name in sorted(dir(current)):
            if name.startswith("_") and name != "__version__":
                continue
            try:
                value = getattr(current, name)
            except (AttributeError, ImportError, RuntimeError, NotImplementedError):
                continue
            dotted = f"{prefix}.{name}"
            if not isinstance(value, types.ModuleType):
                yield dotted, value
            elif id(value) not in ancestors and accept(dotted, value):
                pending.append((dotted, value, ancestors | {id(value)}))


def group_aliases(names: Iterator[tuple[str, Any]], canonical: Callable[[str, Any], str | None]) -> Surface:
    """Returns the surface of `names`; `canonical` gives the preferred name of an object, if it knows it.

    Names of one function or class are aliases of each other; constants are compared by name only.
    """
    found = dict(names)
    by_identity: dict[int, list[str]] = {}
    surface = Surface()
    for name, value in found.items():
        if callable(value):
            by_identity.setdefault(id(value), []).append(name)
        else:
            surface.objects[name] = value
    for synonyms in by_identity.values():
        value = found[synonyms[0]]
        preferred = canonical(synonyms[0], value)
        if preferred not in synonyms:
            preferred = min(synonyms, key=lambda name: (name.count("."), len(name), name))
        surface.objects[preferred] = value
        surface.aliases |= {name: preferred for name in synonyms if name != preferred}
    return surface


def parameters(value: Any) -> str | None:
    """Returns the parameters of a function or constructor in the notation of `schema.Api`, without `self`.

    None if Python cannot tell.
    """
    try:
        words = _words(inspect.signature(value))
        if inspect.isclass(value) and words == ["*args", "**kwargs"]:  # a metaclass hides the constructor
            words = _words(inspect.signature(value.__init__))[1:]
    except (TypeError, ValueError):
        return None
    return " ".join(words)


def _words(signature: inspect.Signature) -> list[str]:
    words: list[str] = []
    keyword_only = False
    for parameter in signature.parameters.values():
        if parameter.kind is parameter.VAR_POSITIONAL:
            words.append(f"*{parameter.name}")
            keyword_only = True
        elif parameter.kind is parameter.VAR_KEYWORD:
            words.append(f"**{parameter.name}")
        else:
            if parameter.kind is parameter.KEYWORD_ONLY and not keyword_only:
                words.append("*")
                keyword_only = True
            optional = "" if parameter.default is parameter.empty else "?"
            words.append(parameter.name + optional)
    return words
