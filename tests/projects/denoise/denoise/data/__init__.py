"""Images with noise."""

from .pipeline import make_dataset
