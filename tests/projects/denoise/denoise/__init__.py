"""Removing noise from small images."""

from denoise.losses import charbonnier, tracked
from .models import build_model
