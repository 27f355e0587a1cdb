"""Trains, and shows what came of it."""

import tensorflow as tf

from denoise import build_model, measures
from denoise.data import make_dataset
from denoise.graphs import over
from denoise.restore import preview
from denoise.settings import WARMUP_ROUNDS
from denoise.training.callbacks import History
from denoise.training.supervised import Careful, Supervised


def main():
    dataset = make_dataset()
    trainer = Supervised(build_model(), History())
    images = tf.ones((4, 8, 8, 1))
    for _ in range(WARMUP_ROUNDS):
        measures.warmed_up(images)
    for epoch in range(40):
        print("epoch", epoch, over(dataset, measures.learn))
        for noisy, clean in dataset:
            measures.sharpened(noisy)
            trainer.told(noisy, clean)
            preview(noisy)
    for times in range(1, 20):
        measures.blurred(images, times)
    print("contrast", [measures.contrast(noisy) for noisy, _ in dataset])
    careful = Careful(build_model(), History())
    print("loss", careful.unchecked(images, images))


if __name__ == "__main__":
    main()
