from __future__ import annotations

import ast
import re

import pytest

from flake8_hybridize.fixes.decorators import add_decorator
from flake8_hybridize.fixes.edits import parsed, splice
from flake8_hybridize.fixes.import_lines import unused_imports
from flake8_hybridize.fixes.imports import function_reference, tensorflow_reference
from flake8_hybridize.results import Applicability
from flake8_hybridize.source.text import Source
from tests.fixes.support import applied, first, function_named, source_of

DEF = "def f(x): pass\n"


def reference(text: str) -> str | None:
    """How `tf.function` is written at `f`, if no import has to be added."""
    source = source_of(text)
    found = function_reference(source, function_named(source, "f"))
    return None if found is None else found.text if not found.edits else f"{found.text} with import"


class TestUsable:
    @pytest.mark.parametrize(
        ("imported", "expected"),
        [
            ("import tensorflow as tf", "tf.function"),
            ("import tensorflow", "tensorflow.function"),
            ("import tensorflow.keras", "tensorflow.function"),
            ("import os, tensorflow as T", "T.function"),
            ("import tensorflow.compat.v2 as tf", "tf.function"),
            ("from tensorflow.compat import v2 as tf2", "tf2.function"),
            ("from tensorflow import function", "function"),
            ("from tensorflow import function as graph", "graph"),
            ("from tensorflow import function as graph\nimport tensorflow as tf", "graph"),
            ("import tensorflow\nimport tensorflow as tf", "tf.function"),
            ("import tensorflow as tf\nimport tensorflow as tf", "tf.function"),
        ],
    )
    def test_names(self, imported: str, expected: str) -> None:
        assert reference(f"{imported}\n{DEF}") == expected

    @pytest.mark.parametrize(
        "text",
        [
            "import tensorflow as tf\nclass A:\n  def g(self):\n    tf = 1\n  def f(self): pass\n",
            "import tensorflow as tf\ndef g():\n  def f(x): tf = 1\n",
            "import tensorflow as tf\n[tf for tf in y]\n" + DEF,
            "import tensorflow as tf\nclass B: tf = 1\n" + DEF,
        ],
    )
    def test_a_name_of_another_scope_does_not_shadow(self, text: str) -> None:
        assert reference(text) == "tf.function"

    @pytest.mark.parametrize(
        "text",
        [
            "def g(tf, tensorflow):\n  def f(x): pass\n",
            "def g(*tf, **tensorflow):\n  def f(x): pass\n",
            "class A:\n  tf = tensorflow = 1\n  def f(self): pass\n",
            "def g():\n  for tf in x: pass\n  with a as tensorflow:\n    def f(x): pass\n",
            "def g():\n  try: pass\n  except E as tf: pass\n"
            "  import tensorflow.x\n  del tensorflow\n  def f(x): pass\n",
            "def g():\n  match x:\n    case {'a': tf, **tensorflow}: pass\n  def f(x): pass\n",
            "def g():\n  match x:\n    case [*tf]: pass\n    case 1 as tensorflow: pass\n  def f(x): pass\n",
            "def g():\n  [(tf := 1, tensorflow := 2) for _ in y]\n  def f(x): pass\n",
            "tf = tensorflow = 1\n" + DEF,
            "def g():\n  global tf, tensorflow\n  tf = tensorflow = 1\n" + DEF,
            "class tf: pass\nclass tensorflow: pass\n" + DEF,
        ],
    )
    def test_shadowed(self, text: str) -> None:
        assert reference(f"import tensorflow as tf, tensorflow\n{text}") is None

    @pytest.mark.parametrize(
        "text",
        [
            "try:\n  import tensorflow as tf\nexcept ImportError:\n  tf = None\n" + DEF,
            "if TYPE_CHECKING:\n  import tensorflow as tf\n" + DEF,
            "import tensorflow.compat.v1 as tf\n" + DEF,
            "from tensorflow.compat import v1\n" + DEF,
            "def g():\n  import tensorflow as tf\n" + DEF,
            "from helpers import *\nprint(tf, tensorflow)\n" + DEF,
            "with x:\n  import tensorflow as tf\n" + DEF,
            "from backend.numpy.compat import v2 as tf\n" + DEF,
            "tf = LazyLoader('tensorflow')\n" + DEF,
            "tf1, tf, version = try_import_tf()\n" + DEF,
        ],
    )
    def test_neither_usable_nor_importable(self, text: str) -> None:
        assert reference(text) is None

    def test_an_import_below_comes_too_late(self) -> None:
        assert reference(f"{DEF}import tensorflow as tf\n") is None

    def test_an_import_in_the_enclosing_function(self) -> None:
        text = "def g():\n  import tensorflow as tf\n  def f(x): pass\n"
        assert reference(text) == "tf.function"
        assert reference(text.replace("import", "pass\n  if x: import")) is None

    def test_an_import_in_a_class_body_is_not_for_methods_of_inner_functions(self) -> None:
        assert reference("class A:\n  import tensorflow as tf\n  def f(x): pass\n") is None

    def test_the_name_at_a_call_inside_the_function(self) -> None:
        source = source_of("import tensorflow as tf\ndef f(x):\n  return [x for tf in y]\n")
        element = first(source, ast.ListComp).elt
        assert tensorflow_reference(source, element) is None
        found = tensorflow_reference(source, first(source, ast.Return))
        assert found is not None
        assert found.text == "tf"


def imported(text: str) -> str:
    """The text with the import that a decorator of `f` needs."""
    source = source_of(text)
    found = function_reference(source, function_named(source, "f"))
    assert found is not None
    assert len(found.edits) == 1
    added = splice(source.text, found.edits)
    decorated = applied(source, add_decorator(source, function_named(source, "f"), Applicability.SAFE))
    assert re.sub(r"@\w+\.function[\r\n]+ *(?=def f)", "", decorated) == added
    return added


class TestInserted:
    @pytest.mark.parametrize(
        ("before", "after"),
        [
            (DEF, f"import tensorflow as tf\n\n\n{DEF}"),
            (f"\n\n{DEF}", f"\n\nimport tensorflow as tf\n\n\n{DEF}"),
            (f"@a\n@b\n{DEF}", f"import tensorflow as tf\n\n\n@a\n@b\n{DEF}"),
            (f"x = 1\n{DEF}", f"import tensorflow as tf\n\nx = 1\n{DEF}"),
            (f"# coding: utf-8\n{DEF}", f"# coding: utf-8\n\nimport tensorflow as tf\n\n\n{DEF}"),
            (f"# head\n\n# on f\n{DEF}", f"# head\n\nimport tensorflow as tf\n\n\n# on f\n{DEF}"),
            (f'"""doc"""\n\n\n{DEF}', f'"""doc"""\n\nimport tensorflow as tf\n\n\n{DEF}'),
            (f'"""doc"""\n{DEF}', f'"""doc"""\n\nimport tensorflow as tf\n\n{DEF}'),
            (f'"""doc"""; x = 1\n\n{DEF}', f'"""doc"""; x = 1\n\nimport tensorflow as tf\n\n{DEF}'),
            (
                f'"""d\nd"""\nfrom __future__ import annotations\n\n\n{DEF}',
                f'"""d\nd"""\nfrom __future__ import annotations\n\nimport tensorflow as tf\n\n\n{DEF}',
            ),
            (
                f"import os\nimport sys  # c\n\n\n{DEF}",
                f"import os\nimport sys  # c\n\nimport tensorflow as tf\n\n\n{DEF}",
            ),
            (
                f"import os\n\nfrom . import a\n{DEF}",
                f"import os\n\nimport tensorflow as tf\n\nfrom . import a\n{DEF}",
            ),
            (f"from . import a\n{DEF}", f"import tensorflow as tf\n\nfrom . import a\n{DEF}"),
            (
                f"import os\n\nimport numpy as np\nimport tqdm\nfrom absl import app\n{DEF}",
                "import os\n\nimport numpy as np\nimport tensorflow as tf\nimport tqdm\n"
                f"from absl import app\n{DEF}",
            ),
            (f"import tqdm\n{DEF}", f"import tensorflow as tf\nimport tqdm\n{DEF}"),
            (f"from absl import app\n{DEF}", f"import tensorflow as tf\nfrom absl import app\n{DEF}"),
            (f"import numpy; x = 1\n{DEF}", f"import numpy; x = 1\nimport tensorflow as tf\n{DEF}"),
            (f"x = 1; import tqdm\n{DEF}", f"x = 1; import tqdm\nimport tensorflow as tf\n{DEF}"),
            (f"from a import (\n  b,\n)\n{DEF}", f"import tensorflow as tf\nfrom a import (\n  b,\n)\n{DEF}"),
            (f"import a\r\n{DEF}", f"import a\r\nimport tensorflow as tf\r\n{DEF}"),
            (f"import a\r{DEF}", f"import a\rimport tensorflow as tf\r{DEF}"),
            (f"import a\n{DEF}import b\n", f"import a\nimport tensorflow as tf\n{DEF}import b\n"),
            (
                f"def g(): pass\nimport a\n{DEF}",
                f"import tensorflow as tf\n\n\ndef g(): pass\nimport a\n{DEF}",
            ),
            (
                f"from tensorflow import keras\n{DEF}",
                f"import tensorflow as tf\nfrom tensorflow import keras\n{DEF}",
            ),
            (f"x = lambda tf: tf\n{DEF}", f"import tensorflow\n\nx = lambda tf: tf\n{DEF}"),
            (f"class A:\n  {DEF}", f"import tensorflow as tf\n\n\nclass A:\n  {DEF}"),
        ],
    )
    def test_place(self, before: str, after: str) -> None:
        assert imported(before) == after

    def test_a_name_that_is_read_without_being_bound_is_left_alone(self) -> None:
        assert imported(f"from a import *\ny = tf.x\n{DEF}").startswith("import tensorflow\n")


def cleaned(before: str, after: str, path: str = "module.py") -> str:
    """`before` without the imports that are unused in `after`."""
    source = Source(path, before)
    tree = parsed(after)
    assert tree is not None
    return splice(before, unused_imports(source, tree))


class TestUnused:
    @pytest.mark.parametrize(
        ("imports", "left"),
        [
            ("import tensorflow as tf\n", ""),
            ("from tensorflow import function as tf\n", ""),
            ("import os\nimport tensorflow as tf\nimport sys\n", "import os\nimport sys\n"),
            ("import os\n\nimport tensorflow as tf\n\n\n", "import os\n\n\n"),
            ("\n\nimport tensorflow as tf\n\n\n", ""),
            ("import os\r\n\r\nimport tensorflow as tf\r\n\r\n", "import os\r\n\r\n"),
        ],
    )
    def test_removed_with_its_line(self, imports: str, left: str) -> None:
        assert cleaned(f"{imports}tf.x\n", f"{imports}x\n") == f"{left}tf.x\n"

    def test_only_where_the_edit_made_it_unused(self) -> None:
        assert cleaned("import tensorflow as tf\nx\n", "import tensorflow as tf\ny\n").startswith("import")

    @pytest.mark.parametrize(
        "head",
        [
            "import tensorflow as tf  # noqa: F401\n",
            "import tensorflow as tf, os\n",
            "import os; import tensorflow as tf\n",
            "from tensorflow import keras as tf\n",
            "import tensorflow as tf\nimport tensorflow as tf\n",
            "if 1:\n  import tensorflow as tf\n",
            "import tensorflow as tf\n__all__ = ['tf']\n",
            "import tensorflow as tf\ndef g(x: 'tf.Tensor'): pass\n",
            "import tensorflow as tf\nx = 1  # type: tf.Tensor\n",
            "import tensorflow as tf\ntf.y\n",
        ],
    )
    def test_kept(self, head: str) -> None:
        assert cleaned(f"{head}tf.x\n", f"{head}x\n") == f"{head}tf.x\n"

    def test_kept_in_a_package(self) -> None:
        text = "import tensorflow as tf\ntf.x\n"
        assert cleaned(text, text.replace("tf.x", "x"), "pkg/__init__.py") == text

    def test_a_redundant_alias_is_a_re_export(self) -> None:
        text = "import tensorflow as tensorflow\ntensorflow.x\n"
        assert cleaned(text, text.replace("tensorflow.x", "x")) == text
