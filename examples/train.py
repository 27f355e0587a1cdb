"""Train the classifier: python examples/train.py [epochs]."""

import sys

import tensorflow as tf

from data import CLASSES, make_arrays, make_dataset, steps_per_epoch
from metrics import ConfusionMatrix, RunningMean
from model import Classifier, RandomFeatures
from trainer import Trainer

BATCH_SIZE = 16


def train(trainer, dataset, epochs):
    for epoch in range(epochs):
        running = RunningMean()
        for images, labels in dataset:
            loss = trainer.train_step(images, labels)
            running.update(loss)
        print(f"epoch {epoch + 1}: loss {float(running.result()):.3f}")


def evaluate(trainer, dataset):
    matrix = ConfusionMatrix(len(CLASSES))
    losses = []
    for images, labels in dataset:
        loss, _ = trainer.evaluate_step(images, labels)
        losses.append(loss)
        matrix.update(labels, trainer.model.predict(images))
    return tf.reduce_mean(losses), matrix.accuracy()


def main():
    epochs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    images, labels = make_arrays(480, seed=3)
    held_out = make_arrays(96, seed=4)
    dataset = make_dataset(images, labels, BATCH_SIZE)
    validation = make_dataset(*held_out, BATCH_SIZE, training=False)

    steps = int(steps_per_epoch(len(images), BATCH_SIZE))
    print(f"{epochs} epochs of {steps} steps")
    spread = RandomFeatures()(next(iter(validation))[0])
    print(f"spread of random features {float(tf.math.reduce_std(spread)):.3f}")

    trainer = Trainer(Classifier())
    train(trainer, dataset, epochs)
    loss, accuracy = evaluate(trainer, validation)
    print(f"validation: loss {float(loss):.3f}, accuracy {float(accuracy):.2f}")


if __name__ == "__main__":
    main()
