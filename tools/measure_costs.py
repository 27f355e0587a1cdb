"""Counts the operations that one call of a composite function runs.

    python tools/measure_costs.py [--xla] [NAME ...]

Prints name, operations counted in the traced graph, and the cost in the tables. With `--xla` it says
instead which functions do not compile with jit_compile=True although the tables say nothing.
Constants, placeholders and identities are not counted; the bodies of graph loops count once.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from tools.cost_samples import samples

FREE = frozenset(("Const", "Identity", "IdentityN", "NoOp", "Placeholder"))


def count_operations(function: Callable[..., Any], arguments: tuple[Any, ...]) -> int:
    """Returns the number of operations in the traced graph, functions of loops and branches counted once."""
    import tensorflow as tf

    def traced(*values: Any) -> None:
        function(*values)  # what it returns need not be a tensor

    graph = tf.function(traced, autograph=False).get_concrete_function(*arguments).graph
    count = sum(operation.type not in FREE for operation in graph.get_operations())
    for definition in graph.as_graph_def().library.function:
        count += sum(node.op not in FREE for node in definition.node_def)
    return count


def compiles(function: Callable[..., Any], arguments: tuple[Any, ...]) -> bool:
    """Returns whether the function runs with jit_compile=True."""
    import tensorflow as tf

    def traced(*values: Any) -> Any:
        result = function(*values)
        return values if result is None or isinstance(result, tf.Operation) else result

    try:
        tf.function(traced, autograph=False, jit_compile=True)(*arguments)
    except (tf.errors.OpError, ValueError, TypeError):
        return False
    return True


def main() -> None:
    """Prints a line for each sample."""
    from flake8_hybridize.knowledge import lookup

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--xla", action="store_true")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    for name, (function, arguments) in sorted(samples().items()):
        api = lookup.api(name)
        if api is None or (options.names and name not in options.names):
            continue
        if not options.xla:
            print(f"{name:60} {count_operations(function, arguments):5} {api.cost:5}")
        elif compiles(function, arguments) == ("no-xla" in api.flags.split()):
            known = "no-xla" in api.flags.split()
            print(f"{name:60} {'compiles, but the table says no-xla' if known else 'does not compile'}")


if __name__ == "__main__":
    main()
