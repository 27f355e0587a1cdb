"""Images of discs, squares and crosses, drawn on the fly."""

import numpy as np
import tensorflow as tf

CLASSES = ("disc", "square", "cross")
SIZE = 12


@tf.function
def steps_per_epoch(examples, batch_size):
    return (examples + batch_size - 1) // batch_size


def draw(label, rng):
    """One image with a shape of random size and place."""
    row, column = rng.uniform(4.0, SIZE - 5.0, size=2)
    radius = rng.uniform(2.0, 3.5)
    y, x = np.mgrid[:SIZE, :SIZE]
    down, right = np.abs(y - row), np.abs(x - column)
    if label == 0:
        shape = down**2 + right**2 <= radius**2
    elif label == 1:
        shape = np.maximum(down, right) <= radius
    else:
        shape = (np.minimum(down, right) <= 0.8) & (np.maximum(down, right) <= radius)
    return shape * 200 + rng.integers(0, 50, size=(SIZE, SIZE))


def make_arrays(count, seed):
    """Images as bytes and their labels."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, len(CLASSES), size=count)
    images = np.stack([draw(label, rng) for label in labels])
    return images.astype(np.uint8), labels.astype(np.int32)


def prepare(image, label):
    image = tf.cast(image, tf.float32)[..., tf.newaxis] / 255.0
    return image, label


def make_dataset(images, labels, batch_size, training=True):
    dataset = tf.data.Dataset.from_tensor_slices((images, labels)).map(prepare)
    if training:
        dataset = dataset.shuffle(len(images), seed=1, reshuffle_each_iteration=True)
    return dataset.batch(batch_size, drop_remainder=True).prefetch(1)
