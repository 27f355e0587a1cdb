"""Restoring images with models that are made already."""

import functools

import tensorflow as tf

from denoise import tracked

from .data.augment import Augment
from .graphs import compiled, in_pairs
from .losses import spread
from .measures import normalised
from .models import build_model, build_small
from .models.small import Small
from .training.callbacks import History
from .version import VARIANT

against_grey = functools.partial(tracked, tf.fill((4, 8, 8, 1), 0.5))
augment = Augment()
any_model = build_model(VARIANT)
watchers = [History()]
small, rate = build_small()
usual = Small.default()


@tf.function
def features(images):
    """What the small model sees."""
    return small.features(images)  #: HYB203


@tf.function
def usual_features(images):
    """The same for the usual model."""
    return usual.features(images)  #: HYB203


@tf.function
def greyness(images):
    """How far images are from grey."""
    return against_grey(images)  #: HYB204


@tf.function
def difference(first, second):
    """How far images are from each other."""
    return tracked(first, second)  #: HYB204


@tf.function
def brightened(images):
    """Images as they are learned from."""
    return augment(images)  #: HYB208


@tf.function
def watched(images):
    """The mean, of which all watchers are told."""
    mean = tf.reduce_mean(images)
    for watcher in watchers:
        watcher.on_step(mean)  #: HYB204
    return mean


@tf.function
def spreads(images):
    """Contrast of the upper and the lower half."""
    return in_pairs(spread, images[:, :4], images[:, 4:])  #: HYB201


@tf.function
def relative_size(images):
    """Size of images against that of the weights."""
    return tf.norm(images) / small.norm  #: HYB201


@compiled
def reported(images):
    """The largest pixel, which is printed."""
    print("largest pixel of", images)  #: HYB201
    return tf.reduce_max(images)


@tf.function
def standardised(images):
    """Images with the same mean and contrast."""
    return normalised(images)


def preview(images):
    """Images restored by the model of this variant."""
    for _ in range(5):
        images = any_model.predict(images)
    return tf.clip_by_value(tf.nn.local_response_normalization(images), 0.0, 1.0)
