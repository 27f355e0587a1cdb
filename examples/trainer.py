"""One training step and one evaluation step."""

import tensorflow as tf

from losses import smooth_cross_entropy, weight_decay


class Trainer:
    def __init__(self, model, learning_rate=3e-3):
        self.model = model
        self.optimizer = tf.keras.optimizers.Adam(learning_rate)
        self.optimizer.build(model.trainable_variables)

    def train_step(self, images, labels):
        with tf.GradientTape() as tape:
            logits = self.model(images)
            loss = smooth_cross_entropy(labels, logits) + weight_decay(self.model.trainable_variables)
        gradients = tape.gradient(loss, self.model.trainable_variables)
        gradients, _ = tf.clip_by_global_norm(gradients, 5.0)
        self.optimizer.apply_gradients(zip(gradients, self.model.trainable_variables))
        return loss

    def evaluate_step(self, images, labels):
        logits = self.model(images)
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)
        predictions = tf.argmax(logits, axis=-1, output_type=tf.int32)
        correct = tf.cast(predictions == labels, tf.float32)
        print("  batch loss", tf.reduce_mean(losses))
        return tf.reduce_mean(losses), tf.reduce_mean(correct)
