"""Which model this installation has."""

import os

VARIANT = os.environ.get("DENOISE_VARIANT", "small")
