"""What is counted while training."""

import tensorflow as tf


class RunningMean:
    """The mean of what it was given, over all batches."""

    def __init__(self):
        self.total = tf.Variable(0.0)
        self.batches = 0

    @tf.function
    def update(self, values):
        self.total.assign_add(tf.reduce_mean(tf.cast(values, tf.float32)))
        self.batches += 1

    def result(self):
        return self.total / max(self.batches, 1)


class ConfusionMatrix:
    def __init__(self, classes):
        self.counts = tf.Variable(tf.zeros([classes, classes], tf.int32))

    def update(self, labels, predictions):
        classes = self.counts.shape[0]
        self.counts.assign_add(tf.math.confusion_matrix(labels, predictions, num_classes=classes))

    def accuracy(self):
        counts = tf.cast(self.counts, tf.float32)
        return tf.linalg.trace(counts) / tf.maximum(tf.reduce_sum(counts), 1.0)
