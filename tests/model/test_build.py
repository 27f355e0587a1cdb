"""The module model files every function, class and binding under the scope that owns it."""

from __future__ import annotations

import ast

from flake8_hybridize.model.build import build_module
from flake8_hybridize.model.module import Module, is_abstract


def build(text: str) -> Module:
    return build_module("m", "m.py", ast.parse(text))


def test_qualified_names_of_nested_functions_and_methods() -> None:
    module = build(
        "class A:\n    def f(self):\n        def g():\n            return lambda: 1\n        return g\n"
    )
    assert [function.qualname for function in module.functions] == ["A.f", "A.f.g", "A.f.g.<lambda>"]


def test_parameters_keep_order_kind_and_default() -> None:
    function = build("def f(a, /, b, *args, c=1, **kw): ...\n").functions[0]
    assert [(p.name, p.kind, p.default is not None) for p in function.params] == [
        ("a", "positional", False),
        ("b", "positional", False),
        ("args", "args", False),
        ("c", "keyword", True),
        ("kw", "kwargs", False),
    ]


def test_attribute_stores_name_the_method_even_from_a_nested_function() -> None:
    module = build(
        "class A:\n    def f(self):\n        def g():\n            self.x = 1\n        self.y = 2\n"
    )
    cls = module.classes[0]
    assert {name: [m.name for m in methods] for name, methods in cls.stores.items()} == {
        "x": ["f"],
        "y": ["f"],
    }


def test_global_and_nonlocal_names_are_not_local() -> None:
    module = build("n = 0\ndef f():\n    global n\n    n += 1\n")
    function = module.functions[0]
    assert "n" not in function.local_names
    assert module.global_writes["n"] == [function]


def test_changes_of_outer_containers_are_indexed() -> None:
    module = build("C = {}\ndef f():\n    C['a'] = 1\ndef g():\n    local = []\n    local.append(1)\n")
    assert {name: [f.name for f in functions] for name, functions in module.item_stores.items()} == {
        "C": ["f"]
    }


def test_property_setter_does_not_replace_the_getter() -> None:
    module = build(
        "class A:\n    @property\n    def x(self): return 1\n    @x.setter\n    def x(self, v): pass\n"
    )
    assert module.classes[0].methods["x"].line == 3


def test_generators_and_coroutines_are_marked() -> None:
    functions = build(
        "def f():\n    yield 1\nasync def g(): ...\ndef h():\n    def inner():\n        yield\n"
    ).functions
    assert [(f.name, f.is_generator, f.is_async) for f in functions] == [
        ("f", True, False),
        ("g", False, True),
        ("h", False, False),
        ("inner", True, False),
    ]


def test_abstract_bodies() -> None:
    functions = build(
        "def a():\n    '''doc'''\n    raise NotImplementedError()\ndef b(): pass\ndef c(): return 1\n"
    ).functions
    assert [is_abstract(f) for f in functions] == [True, True, False]


def test_nesting_costs_no_recursion() -> None:
    text = (
        "x = "
        + "(" * 80
        + "1"
        + ")" * 80
        + "\n"
        + "".join(f"{'    ' * i}if x:\n" for i in range(90))
        + "    " * 90
        + "pass\n"
    )
    assert build(text).names == {"x"}
