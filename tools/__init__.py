"""Programs of the developers: they need TensorFlow, the package does not."""
