"""A student learns from a noisy teacher: python examples/self_training.py."""

import numpy as np
import tensorflow as tf

from data import make_arrays, make_dataset
from losses import backtrack, distillation
from model import Classifier

# The step raised when it was traced; it has run without a graph ever since.
tf.config.run_functions_eagerly(True)

teacher = Classifier(seed=11)
student = Classifier(width=24, seed=12)
history = []


@tf.function
def student_step(images):
    noise = np.random.normal(scale=0.05, size=images.shape)
    with tf.GradientTape() as tape:
        loss = distillation(teacher(images), student(images + noise))
    gradients = tape.gradient(loss, student.trainable_variables)
    step = backtrack(gradients[0], tf.constant(1.0))
    for variable, gradient in zip(student.trainable_variables, gradients):
        variable.assign_sub(step * gradient)
    history.append(loss.numpy())
    return loss


@tf.function
def agreement(images):
    ours = tf.argmax(student(images), axis=-1)
    theirs = tf.argmax(teacher(images), axis=-1)
    return np.mean(ours == theirs)


@tf.function
def class_confidence(images):
    probabilities = tf.transpose(tf.nn.softmax(student(images)))
    return [tf.reduce_max(row) for row in probabilities]


@tf.function
def smoothed(losses):
    average = tf.Variable(losses[0])
    for loss in losses:
        average.assign(0.9 * average + 0.1 * loss)
    return average.read_value()


def main():
    np.random.seed(0)
    dataset = make_dataset(*make_arrays(320, seed=6), batch_size=16)
    for images, _ in dataset.repeat(2):
        student_step(images)
    images, _ = next(iter(dataset))
    print(f"loss {history[0]:.3f} to {float(smoothed(tf.constant(history))):.3f}")
    print(f"agreement {float(agreement(images)):.2f}")
    print("confidence", " ".join(f"{float(value):.2f}" for value in class_confidence(images)))


if __name__ == "__main__":
    main()
