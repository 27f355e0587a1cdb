"""Losses, and the table that settings choose from."""

import tensorflow as tf

__all__ = ["charbonnier", "tracked", "LOSSES", "_edges", "spread"]

_calls = []


def charbonnier(clean, restored, epsilon=1e-3):
    """A smooth absolute difference."""
    return tf.reduce_mean(tf.sqrt(tf.square(clean - restored) + epsilon**2))


def tracked(clean, restored):
    """The same, counted."""
    _calls.append("charbonnier")
    return charbonnier(clean, restored)


def _edges(images):
    print("edges of", images.shape)
    across, down = tf.image.image_gradients(images)
    return tf.abs(across) + tf.abs(down)


def edge_loss(clean, restored):
    """Differences of edges only."""
    return tf.reduce_mean(tf.abs(_edges(clean) - _edges(restored)))


def squared(clean, restored):
    """Mean squared error."""
    return tf.reduce_mean(tf.square(clean - restored))


def spread(images):
    """Largest minus smallest pixel."""
    low, high = tf.reduce_min(images), tf.reduce_max(images)
    print("spread of a batch")
    return high - low


LOSSES = {"squared": squared, "absolute": lambda clean, restored: tf.reduce_mean(tf.abs(clean - restored))}
