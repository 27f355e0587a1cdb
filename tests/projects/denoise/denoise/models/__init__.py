"""The models, by name."""

from .small import Small
from .wide import Wide

MODELS = {"small": Small, "wide": Wide}


def build_model(name="small"):
    """A model by its name in the settings."""
    return MODELS[name](channels=4)


def build_small():
    """The small one, with its optimizer's learning rate."""
    model = Small(channels=4)
    return model, 1e-3
