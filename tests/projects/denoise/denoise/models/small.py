"""One convolution there, one back."""

import tensorflow as tf

from .base import Restorer


class Small(Restorer):
    """The model for tests and small devices."""

    def noise(self, images):
        """The noise in the images."""
        hidden = tf.nn.relu(tf.nn.conv2d(images, self.kernel, 1, "SAME"))
        hidden = tf.nn.local_response_normalization(hidden)
        return tf.nn.conv2d(hidden, self.back, 1, "SAME")

    @tf.function
    def features_of(self, images):
        """Filtered images, for plots."""
        return self.features(images)  #: HYB203
