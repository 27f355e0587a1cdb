"""What all models share."""

import tensorflow as tf


class Restorer(tf.Module):
    """Predicts the noise and takes it away."""

    def __init__(self, channels):
        super().__init__()
        self.channels = channels
        self.passes = 0
        self.kernel = tf.Variable(tf.ones((3, 3, 1, channels)) / 9.0)
        self.back = tf.Variable(tf.ones((3, 3, channels, 1)) / 9.0)

    def noise(self, images):
        """The noise in the images."""
        raise NotImplementedError

    def features(self, images):
        """Filtered images."""
        self.passes += 1
        return tf.nn.relu(tf.nn.conv2d(images, self.kernel, 1, "SAME"))

    def predict(self, images):
        """Images without noise."""
        return images - self.noise(images)

    @property
    def norm(self):
        """Size of the weights."""
        print("norm of", self.channels, "channels")
        return tf.norm(self.kernel) + tf.norm(self.back)

    @classmethod
    def default(cls):
        """The model with the usual number of channels."""
        return cls(channels=4)
