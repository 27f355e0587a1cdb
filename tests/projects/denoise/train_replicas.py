"""Trains on several devices."""

from denoise.data import make_dataset
from denoise.measures import replica_step


def train(strategy, epochs=10):
    """Every epoch over all batches."""
    dataset = strategy.experimental_distribute_dataset(make_dataset())
    for epoch in range(epochs):
        print("epoch", epoch)
        for noisy, clean in dataset:
            strategy.run(replica_step, args=(noisy, clean))
