"""What is done to images before they are learned from."""

import random

import tensorflow as tf


class Augment:
    """Flips, and a brightness drawn anew for each batch."""

    def __init__(self, most=0.1):
        self.most = most

    def __call__(self, images):
        """The images, brighter or darker."""
        return tf.image.flip_left_right(images) + random.uniform(-self.most, self.most)


def with_noise(images):
    """The image with noise, and the image."""
    noise = tf.random.stateless_normal(tf.shape(images), (1, 2), stddev=0.1)
    return images + noise, images
