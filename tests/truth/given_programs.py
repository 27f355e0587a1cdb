"""Programs that hand values to functions in every way; running them says what the report has to say."""

from __future__ import annotations

_VALUES = """
tf.ones([2, 2])
tf.zeros((2, 2))
tf.fill([2, 2], 1.0)
tf.range(4)
tf.linspace(0.0, 1.0, 5)
tf.eye(2, num_columns=3)
tf.one_hot([0, 1], 2)
tf.constant("text")
tf.convert_to_tensor(np.ones((2, 2)))
tf.Variable([1.0, 2.0])
tf.Variable([1.0, 2.0]) * 2
tf.Variable([1.0]).assign([2.0])
tf.Variable([1.0]).read_value()
tf.zeros_like([1.0, 2.0])
tf.SparseTensor(indices=[[0, 0]], values=[1.0], dense_shape=[2, 2])
tf.sparse.to_dense(tf.sparse.eye(2))
tf.sparse.add(tf.sparse.eye(2), tf.sparse.eye(2))
tf.RaggedTensor.from_row_splits([1, 2, 3], [0, 2, 3])
tf.ragged.constant([[1], [2, 3]])
tf.ragged.range([3, 2])
tf.random.uniform(shape=[2, 2], minval=0, maxval=5, dtype=tf.int32)
tf.random.stateless_normal([2], seed=[1, 2])
tf.random.Generator.from_seed(1).normal([2])
tf.experimental.numpy.ones((2, 2))
tf.keras.layers.Flatten()(np.ones((1, 2, 2)))
tf.keras.Sequential([tf.keras.layers.Dense(2)])(tf.ones([1, 2]))
tf.keras.losses.MeanSquaredError()(tf.ones([2]), tf.zeros([2]))
tf.keras.initializers.GlorotUniform()(shape=[2, 2])
tf.keras.metrics.Mean()(1.0)
tf.keras.metrics.Mean().result()
tf.keras.Input((3,))
tf.image.resize(tf.ones([4, 4, 3]), [2, 2])
tf.io.parse_tensor(tf.io.serialize_tensor(tf.ones([2])), tf.float32)
tf.strings.split("a b")
tf.nn.moments(tf.ones([2, 2]), [0])[0]
tf.nn.top_k([1.0, 2.0]).values
tf.unique([1, 1, 2]).y
tf.split(tf.ones([4]), 2)[0]
tf.clip_by_global_norm([tf.ones([2])], 0.5)[0][0]
tf.map_fn(lambda x: x * 2, tf.range(3))
tf.while_loop(lambda i: i < 3, lambda i: (i + 1,), [tf.constant(0)])[0]
tf.py_function(lambda: 1.0, [], tf.float32)
2 * tf.ones([2])
np.ones(2) * tf.ones([2])
tf.ones([2, 2])[..., tf.newaxis]
tf.ones([2]) == tf.ones([2])
abs(tf.ones([2]))
sum([tf.ones([2]), tf.ones([2])])
max(tf.constant(1), tf.constant(2))
tf.TensorArray(tf.float32, 1).write(0, 1.0).stack()
tf.IndexedSlices(tf.ones([1]), tf.constant([0]))
next(iter(tf.data.Dataset.range(3)))
tf.data.Dataset.range(3).reduce(tf.constant(0, tf.int64), lambda s, x: s + x)
tf.data.Dataset.range(1).get_single_element()
list(map(tf.constant, [1, 2]))[0]
collections.deque([tf.ones([1])])[0]
np.random.rand(2, 2)
np.zeros(3).astype(np.float32)
np.mean([1.0, 2.0])
tf.ones([2]).numpy()
5
2.5
True
None
"text"
b"raw"
len([1])
int(tf.constant(3))
float(tf.constant(3.0))
bool(tf.constant(True))
tf.ones([2]).shape[0]
tf.ones([2]).shape
tf.float32
"a b".split()[0]
[1, 2, 3]
{"a": 1}
range(3)
[tf.ones([2]), tf.zeros([2])]
{"x": tf.ones([2])}
tf.split(tf.ones([4]), 2)
[i * 2 for i in range(3)]
tf.ones([2, 2]).shape.as_list()
tf.keras.layers.Dense(2)
tf.keras.optimizers.Adam()
tf.keras.metrics.Mean()
tf.keras.initializers.Zeros()
tf.data.Dataset.range(3)
tf.data.Dataset.from_tensor_slices([1, 2]).batch(2)
lambda: 1
tf.nn.relu
object()
""".strip().splitlines()

_HEAD = "import collections\nimport functools\nimport itertools\n\nimport numpy as np\nimport tensorflow as tf\n\n\n"

PROGRAMS = {
    "passed_on": """
def first(x, *, n):
    return second(x, k=n)
def second(y, k):
    return third(y * 2, k, y)
def third(z, k, y):
    return z
first(tf.ones([2]), n=3)
""",
    "computed_from_arguments": """
def half(x):
    return x / 2
def use(x, n, pair):
    return keep(half(x), n + 1, pair[0])
def keep(h, n, first):
    return h
use(tf.ones([2]), 3, (tf.ones([1]), tf.ones([1])))
""",
    "stars": """
def use(a, b, c, d="d"):
    return a
def forward(*args, **kwargs):
    return use(*args, **kwargs)
def each(a, b):
    return a
forward(tf.ones([2]), 3, c="text")
use(*[tf.ones([2]), 1], c="other")
use(**{"a": tf.ones([1]), "b": 2, "c": "text"})
for pair in tf.data.Dataset.from_tensor_slices(([1, 2], [3, 4])):
    each(*pair)
""",
    "wrappers": """
def plain(function):
    @functools.wraps(function)
    def inner(*args, **kwargs):
        return function(*args, **kwargs)
    return inner
def counted(times):
    def wrap(function):
        def inner(x, y):
            return function(x, y)
        return inner
    return wrap
@plain
def step(x, k):
    return x
@counted(3)
def move(x, k):
    return x
step(tf.ones([2]), 3)
move(tf.ones([2]), 3)
""",
    "callables": """
def f(a):
    return a
def g(a, b):
    return a
def apply(function, value):
    return function(value)
later = lambda x: f(x)
apply(f, tf.ones([2]))
later(tf.ones([2]))
functools.partial(g, b=1)(tf.ones([2]))
list(map(lambda x: f(x), [tf.ones([2])]))
list(filter(lambda x: f(x) is not None, [tf.ones([2])]))
""",
    "loops": """
def f(a):
    return a
def g(i, x):
    return x
def over(data):
    for x in data:
        f(x)
def pairs(data):
    for i, x in enumerate(data):
        g(i, x)
over([tf.ones([1]), tf.zeros([1])])
over(tf.range(3))
over(tf.data.Dataset.range(3).shuffle(2).batch(2))
over(itertools.chain([tf.ones([1])], [tf.zeros([1])]))
pairs([tf.ones([1])])
[g(i, x) for i, x in zip(range(2), [tf.ones([1]), tf.ones([1])])]
""",
    "datasets": """
def both(x, y):
    return x
def one(x):
    return x
def files(x):
    return x
def windows(x):
    return x
for x, y in tf.data.Dataset.from_tensor_slices((np.ones((4, 2)), np.zeros(4))).batch(2):
    both(x, y)
for item in tf.data.Dataset.from_tensor_slices({"a": [1, 2]}):
    one(item["a"])
for name in tf.data.Dataset.from_tensor_slices(["a", "b"]):
    files(name)
for window in tf.data.Dataset.range(4).window(2):
    windows(window)
""",
    "objects": """
class Box:
    def __init__(self, tensor, size):
        self.tensor = tensor
        self.size = size
    def run(self):
        return helper(self.tensor)
    def __call__(self, x, k):
        return x
    @staticmethod
    def fixed(x):
        return x
    @classmethod
    def made(cls, x):
        return cls(x, 3)
    def __enter__(self):
        return self
    def __exit__(self, *details):
        return False
class Small(Box):
    def __call__(self, x, k):
        return super().__call__(x, k)
def helper(x):
    return x
Box.made(tf.ones([2])).run()
Small(tf.ones([2]), 3)(tf.ones([2]), "k")
Box.fixed(tf.ones([2]))
""",
    "records": """
Point = collections.namedtuple("Point", ["tensor", "size"])
def f(tensor, size):
    return tensor
point = Point(tf.ones([2]), size=3)
f(point.tensor, point.size)
f(*point)
tensor, size = point
f(tensor, size)
""",
    "rebound": """
CURRENT = None
def begin():
    global CURRENT
    CURRENT = tf.ones([2])
def use(x):
    return x
def main():
    use(CURRENT)
begin()
main()
""",
    "managers": """
import contextlib
@contextlib.contextmanager
def opened(x):
    yield x
def f(a):
    return a
with opened(tf.ones([2])) as t:
    f(t)
""",
    "annotated": """
import enum
from typing import List, Optional, Tuple, Union
Alias = Union[tf.Tensor, tf.Variable]
class Mode(enum.Enum):
    FAST = "fast"
def f(a: tf.Tensor, b: Optional[tf.Tensor], c: Alias, d: List[tf.Tensor], e: "tf.Tensor", n: int, m: Tuple[int, str]):
    return a
def promised(x) -> tf.Tensor:
    return getattr(x, "missing", tf.ones([1]))
def g(x, mode):
    return x
t = tf.ones([2])
f(t, None, t, [t], t, 1, (1, "a"))
g(promised(object()), Mode.FAST)
""",
    "training": """
def train_step(model, optimizer, loss_fn, x, y):
    with tf.GradientTape() as tape:
        loss = loss_fn(y, model(x))
    gradients = tape.gradient(loss, model.trainable_variables)
    for gradient in gradients:
        note(gradient)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    return loss
def note(gradient):
    return gradient
def report(epoch, loss):
    return loss
def train(epochs, dataset):
    model = tf.keras.Sequential([tf.keras.layers.Dense(1)])
    optimizer, loss_fn = tf.keras.optimizers.SGD(0.1), tf.keras.losses.MeanSquaredError()
    for epoch in range(epochs):
        for x, y in dataset:
            report(epoch, train_step(model, optimizer, loss_fn, x, y))
train(2, tf.data.Dataset.from_tensor_slices((np.ones((4, 2), np.float32), np.ones((4, 1), np.float32))).batch(2))
""",
    "recursion": """
def factorial(n):
    return 1 if n <= 1 else n * factorial(n - 1)
def even(n):
    return n == 0 or odd(n - 1)
def odd(n):
    return n != 0 and even(n - 1)
class Walk:
    def down(self, n):
        return 0 if n == 0 else self.up(n)
    def up(self, n):
        return self.down(n - 1)
    def factorial(self, n):
        return factorial(n)
def outer(n):
    def inner(k):
        return k if k == 0 else inner(k - 1)
    return inner(n)
factorial(3), even(3), Walk().down(2), Walk().factorial(2), outer(2)
""",
}


def program(name: str) -> str:
    """The text of one of the programs."""
    return _HEAD + PROGRAMS[name].lstrip()


def values() -> str:
    """A program with a function for every value."""
    bodies = [f"def f{index}(a):\n    return a\n" for index in range(len(_VALUES))]
    calls = [f"f{index}({value})\n" for index, value in enumerate(_VALUES)]
    return _HEAD + "\n\n".join(bodies) + "\n\n" + "".join(calls)
