"""Facts about public names of TensorFlow and what is used beside it."""
