"""Programs of any size, each of one shape that an analysis may take badly."""

from __future__ import annotations

HEAD = "import tensorflow as tf\n\n"
DEEPEST = 10
"""`for` statements in one function; CPython nests twenty blocks at most."""

PART = """
class Net{i}(tf.keras.Model):
    def __init__(self, units):
        super().__init__()
        self.dense = tf.keras.layers.Dense(units)
        self.count = 0

    def call(self, x, training=False):
        if training:
            x = tf.nn.dropout(x, 0.5)
        self.count += 1
        return self.dense(x)


def step_{i}(model, x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(model(x) - y))
    return tape.gradient(loss, model.trainable_variables)
"""


def long_file(lines: int) -> str:
    """A file of so many lines."""
    return HEAD + "".join(PART.format(i=i) for i in range(lines // PART.count("\n")))


def many_functions(count: int) -> str:
    """So many functions; every tenth is called in one loop, so that it is judged with its callers."""
    made = "".join(f"\ndef f_{i}(x, y):\n    return tf.matmul(x, y) + {i}\n" for i in range(count))
    called = "".join(f"    f_{i}(tf.ones((2, 2)), tf.ones((2, 2)))\n" for i in range(0, count, 10))
    return f"{HEAD}{made}\nfor _ in range(100):\n{called}"


def call_chain(count: int) -> str:
    """So many functions, each of which calls the next one; a graph runs them all."""
    links = "".join(f"\ndef f_{i}(x):\n    print(x)\n    return f_{i + 1}(tf.exp(x))\n" for i in range(count))
    end = f"\ndef f_{count}(x):\n    return tf.exp(x)\n\n\n@tf.function\ndef run(x):\n    return f_0(x)\n"
    return HEAD + links + end


def class_chain(depth: int) -> str:
    """Classes that derive from each other, each with a method that calls the one below."""
    base = (
        "class C0(tf.keras.layers.Layer):\n    def call(self, x):\n        self.last = x\n        return x\n"
    )
    derived = "".join(
        f"\n\nclass C{i}(C{i - 1}):\n    def __init__(self):\n        super().__init__()\n"
        f"        self.a{i} = tf.keras.layers.Dense(3)\n\n"
        f"    def call(self, x):\n        return self.a{i}(super().call(x)) + self.a1(x)\n"
        for i in range(1, depth)
    )
    return HEAD + base + derived


def clique(count: int) -> str:
    """So many functions, each of which calls all of them; the calls are the square of that."""
    names = [f"f_{i}" for i in range(count)]
    calls = " + ".join(f"{name}(x)" for name in names)
    return HEAD + "".join(f"\n\ndef {name}(x):\n    return tf.exp(x) + {calls}\n" for name in names)


def clique_of_arrays(count: int) -> str:
    """The same, handing on a number and an array that a loop makes."""
    names = [f"f_{i}" for i in range(count)]
    calls = " + ".join(f"{name}(x, k)" for name in names)
    functions = (f"\n\ndef {name}(x, k):\n    return tf.exp(x) * k + {calls}\n" for name in names)
    return f"import numpy as np\n{HEAD}{''.join(functions)}\n\nfor i in range(10):\n    f_0(np.ones(3), i * 0.5)\n"


def ring(count: int) -> str:
    """So many functions, each of which calls the next one, and the last one the first."""
    return HEAD + "".join(
        f"\n\ndef f_{i}(x):\n    return tf.exp(f_{(i + 1) % count}(x))\n" for i in range(count)
    )


def tangle(count: int) -> str:
    """A ring with one function that also calls all before it: the way round is long from some, and short from others."""
    late = count - 5
    lines = [f"f_{(i + 1) % count}(x)" for i in range(count)]
    lines[late] = " + ".join([f"f_{i}(x)" for i in reversed(range(1, late))] + [lines[late]])
    return HEAD + "".join(f"\n\ndef f_{i}(x):\n    return {line}\n" for i, line in enumerate(lines))


def nested_loops(count: int) -> str:
    """So many loops, ten in each other in a function; every function is called in the innermost loop of another."""
    functions = []
    for number in range(count // DEEPEST):
        lines = [f"def f_{number}(x):"]
        for depth in range(DEEPEST):
            indent = "    " * (depth + 1)
            lines += [
                f"{indent}for i_{depth} in tf.range(3):",
                f"{indent}    x = x + tf.cast(i_{depth}, x.dtype)",
            ]
        lines += [f"{'    ' * (DEEPEST + 1)}x = f_{number + 1}(x)", "    return x", ""]
        functions.append("\n".join(lines))
    return HEAD + "\n".join(functions)


def table(size: int) -> str:
    """A generated table of so many characters."""
    row = '    ("name_{:06d}", 1.5, [1, 2, 3], {{"a": 1, "b": None}}),\n'
    rows = "".join(row.format(i) for i in range(size // len(row)))
    return f"{HEAD}TABLE = [\n{rows}]\n\n\n@tf.function\ndef look(x):\n    return x + len(TABLE)\n"


def modules(count: int) -> dict[str, str]:
    """Modules of a package by path; each imports the next, a later one and the one before."""
    files = {"package/__init__.py": ""}
    for i in range(count):
        after, later, before = (i + 1) % count, (i + 7) % count, (i - 1) % count
        files[f"package/m{i:04d}.py"] = (
            f"import tensorflow as tf\n\nfrom package import m{after:04d}, m{later:04d}\n"
            f"from package.m{before:04d} import work_{before}\n\nSCALE = {i}.0\n\n\n"
            f"@tf.function\ndef step_{i}(x):\n"
            f"    return m{after:04d}.work_{after}(x) + m{later:04d}.work_{later}(x) + work_{before}(x)\n\n\n"
            f"def work_{i}(x):\n    print(x)\n    return tf.exp(x) + m{after:04d}.SCALE\n"
        )
    return files
