"""The classifier, written with variables only, and a frozen random projection."""

import tensorflow as tf

from data import CLASSES, SIZE


class Dense(tf.Module):
    def __init__(self, inputs, outputs, seed, name=None):
        super().__init__(name=name)
        scale = (2.0 / inputs) ** 0.5
        self.kernel = tf.Variable(scale * tf.random.stateless_normal([inputs, outputs], seed=[seed, 0]))
        self.bias = tf.Variable(tf.zeros([outputs]))

    def __call__(self, inputs):
        return tf.matmul(inputs, self.kernel) + self.bias


class Classifier(tf.Module):
    def __init__(self, width=48, classes=len(CLASSES), seed=0):
        super().__init__()
        self.first = Dense(SIZE * SIZE, width, seed)
        self.second = Dense(width, width, seed + 1)
        self.head = Dense(width, classes, seed + 2)

    def features(self, images):
        flat = tf.reshape(images, [-1, SIZE * SIZE]) - 0.3
        hidden = tf.nn.relu(self.first(flat))
        return tf.nn.relu(self.second(hidden))

    def __call__(self, images):
        return self.head(self.features(images))

    @tf.function
    def predict(self, images):
        logits = self(images)
        print("predicting, logits:", logits)
        return tf.argmax(logits, axis=-1, output_type=tf.int32)


class RandomFeatures(tf.keras.Model):
    """A projection that is never trained, to look at how far apart the classes are."""

    def __init__(self, width=16):
        super().__init__()
        self.flatten = tf.keras.layers.Flatten()
        self.project = tf.keras.layers.Dense(width, activation="tanh", kernel_initializer="ones")

    @tf.function
    def call(self, images):
        return self.project(self.flatten(images) - 0.3)
