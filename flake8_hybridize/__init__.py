"""Which TensorFlow 2 functions should run as graphs, which should not, and the fix for both."""

__version__ = "0.1.0"
