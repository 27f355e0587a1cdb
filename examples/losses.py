"""Losses and the search for a step length."""

import tensorflow as tf


@tf.function(experimental_relax_shapes=True)
def smooth_cross_entropy(labels, logits, smoothing=0.05):
    classes = tf.cast(tf.shape(logits)[-1], tf.float32)
    targets = tf.one_hot(labels, tf.shape(logits)[-1]) * (1.0 - smoothing) + smoothing / classes
    return -tf.reduce_mean(tf.reduce_sum(targets * tf.nn.log_softmax(logits), axis=-1))


def weight_decay(variables, rate=1e-4):
    return rate * tf.add_n([tf.reduce_sum(tf.square(variable)) for variable in variables])


def distillation(teacher_logits, logits, temperature=2.0):
    teacher = tf.nn.softmax(teacher_logits / temperature)
    return -tf.reduce_mean(tf.reduce_sum(teacher * tf.nn.log_softmax(logits / temperature), axis=-1))


@tf.function
def backtrack(gradient, step):
    """The step halved until the move is short."""
    if tf.norm(step * gradient) <= 0.5:
        return step
    return backtrack(gradient, 0.5 * step)
