"""Warm up the head, then tune everything with a rate that decays: python examples/finetune.py."""

import tensorflow as tf

from data import make_arrays, make_dataset
from losses import smooth_cross_entropy
from model import Classifier

model = Classifier(seed=7)


@tf.function
def tune_step(images, labels, rate):
    with tf.GradientTape() as tape:
        loss = smooth_cross_entropy(labels, model(images))
    gradients = tape.gradient(loss, model.trainable_variables)
    for variable, gradient in zip(model.trainable_variables, gradients):
        variable.assign_sub(rate * gradient)
    return loss


def warm_up(dataset):
    optimizer = tf.keras.optimizers.SGD(0.1)
    head = model.head.trainable_variables
    for images, labels in dataset:
        features = model.features(images)
        with tf.GradientTape() as tape:
            loss = smooth_cross_entropy(labels, model.head(features))
        gradients = tape.gradient(loss, head)
        optimizer.apply_gradients(zip(gradients, head))
    return loss


def tune(dataset, rate=0.1):
    for images, labels in dataset:
        loss = tune_step(images, labels, rate)
        rate *= 0.97
    return loss


def sensitivity(images, rounds=12):
    """How much the features move when the images are blurred more and more."""
    scores = []
    for _ in range(rounds):
        images = tf.nn.avg_pool2d(images, ksize=3, strides=1, padding="SAME")
        score = tf.function(lambda x: tf.norm(model.features(x)))
        scores.append(float(score(images)))
    return scores


def main():
    dataset = make_dataset(*make_arrays(320, seed=5), batch_size=16)
    print(f"head only: loss {float(warm_up(dataset)):.3f}")
    print(f"all weights: loss {float(tune(dataset)):.3f}")
    images, _ = next(iter(dataset))
    print("blurred:", " ".join(f"{score:.2f}" for score in sensitivity(images)))


if __name__ == "__main__":
    main()
