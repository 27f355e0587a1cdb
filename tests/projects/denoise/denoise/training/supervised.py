"""Learning from pairs of images."""

import tensorflow as tf

from ..losses import tracked
from .trainer import Trainer


class Supervised(Trainer):
    """Compares with the clean images."""

    def compute_loss(self, noisy, clean):
        """The loss of one batch, counted."""
        return tracked(clean, self.model.predict(noisy))


class Careful(Supervised):
    """Looks at the loss before it believes it."""

    def compute_loss(self, noisy, clean):
        """The loss of one batch, or an error."""
        return tf.debugging.check_numerics(tf.reduce_mean(tf.abs(noisy - clean)), "the loss")

    @tf.function
    def unchecked(self, noisy, clean):
        """The loss of one batch, whatever it is."""
        return super().compute_loss(noisy, clean)  #: HYB204
