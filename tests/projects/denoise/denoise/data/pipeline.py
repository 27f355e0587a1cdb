"""Batches of noisy and clean images."""

import tensorflow as tf

from ..settings import BATCH, SIDE
from .augment import with_noise


def make_dataset(count=8):
    """Pairs of batches."""
    images = tf.random.stateless_uniform((count, SIDE, SIDE, 1), (3, 4))
    dataset = tf.data.Dataset.from_tensor_slices(images).map(with_noise)
    return dataset.batch(BATCH, drop_remainder=True).prefetch(1)
