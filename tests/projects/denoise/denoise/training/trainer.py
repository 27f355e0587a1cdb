"""The step that all trainers share."""

import tensorflow as tf

from ..losses import *
from ..settings import LEARNING_RATE


class Trainer:
    """Fits a model; subclasses say what the loss is."""

    def __init__(self, model, callback):
        self.model = model
        self.callback = callback
        self.optimizer = tf.keras.optimizers.SGD(LEARNING_RATE)

    def compute_loss(self, noisy, clean):
        """The loss of one batch."""
        raise NotImplementedError

    def evaluate(self, noisy, clean):
        """The loss without a step."""
        return self.compute_loss(noisy, clean)

    @tf.function
    def edges(self, images):
        """Edges in the images, for the log."""
        return tf.reduce_max(_edges(images))  #: HYB201

    @tf.function
    def told(self, noisy, clean):
        """A loss of which the callback is told."""
        loss = charbonnier(clean, noisy)
        self.callback.on_step(loss)  #: HYB204
        return loss
