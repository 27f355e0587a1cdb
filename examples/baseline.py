"""The same task with a small convolutional network and fit: python examples/baseline.py."""

import tensorflow as tf

from data import CLASSES, SIZE, make_arrays, make_dataset


def make_model():
    model = tf.keras.Sequential(
        [
            tf.keras.layers.Input((SIZE, SIZE, 1)),
            tf.keras.layers.Conv2D(8, 3, activation="relu"),
            tf.keras.layers.MaxPooling2D(),
            tf.keras.layers.Flatten(),
            tf.keras.layers.Dense(len(CLASSES)),
        ]
    )
    model.compile(
        optimizer=tf.keras.optimizers.Adam(5e-3),
        loss=tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
        run_eagerly=True,
    )
    return model


def main():
    tf.keras.utils.set_random_seed(0)
    dataset = make_dataset(*make_arrays(320, seed=3), batch_size=16)
    validation = make_dataset(*make_arrays(96, seed=4), batch_size=16, training=False)
    model = make_model()
    model.fit(dataset, epochs=3, verbose=0)
    loss, accuracy = model.evaluate(validation, verbose=0)
    print(f"validation: loss {loss:.3f}, accuracy {accuracy:.2f}")


if __name__ == "__main__":
    main()
