"""Numbers about images."""

import numpy as np
import tensorflow as tf

from denoise.losses import charbonnier
from denoise.models.small import Small

model = Small(channels=4)
optimizer = tf.keras.optimizers.SGD(1e-3)


@tf.function
def contrast(images):
    """Standard deviation of the pixels."""
    return np.std(images)  #: HYB213


@tf.function  #: HYB302
def blurred(images, times):
    """Images blurred again and again."""
    for _ in range(times):
        images = tf.nn.avg_pool2d(images, 3, 1, "SAME")
    return images


def sharpened(images):  #: HYB101
    """Images with their edges made stronger."""
    for _ in range(6):
        soft = tf.nn.avg_pool2d(images, 3, 1, "SAME")
        images = tf.clip_by_value(images + 0.5 * (images - soft), 0.0, 1.0)
    return tf.image.adjust_contrast(images, 1.5)


def warmed_up(images):
    """The same, to make buffers before the clock starts."""
    for _ in range(6):
        soft = tf.nn.avg_pool2d(images, 3, 1, "SAME")
        images = tf.clip_by_value(images + 0.5 * (images - soft), 0.0, 1.0)
    return tf.image.adjust_contrast(images, 1.5)


def normalised(images):
    """Images with mean 0 and deviation 1, borders faded out."""
    mean, variance = tf.nn.moments(images, (1, 2), keepdims=True)
    for _ in range(4):
        images = tf.nn.avg_pool2d((images - mean) * tf.math.rsqrt(variance + 1e-6), 3, 1, "SAME")
    return tf.clip_by_value(images, -3.0, 3.0) / 3.0


def learn(noisy, clean):  #: HYB101
    """One step of gradient descent."""
    with tf.GradientTape() as tape:
        loss = charbonnier(clean, model.predict(noisy))
    variables = model.trainable_variables
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
    return loss


def replica_step(noisy, clean):
    """The same on one replica."""
    with tf.GradientTape() as tape:
        loss = charbonnier(clean, model.predict(noisy))
    variables = model.trainable_variables
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
    return loss
