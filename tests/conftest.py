"""Settings of all tests."""

from hypothesis import settings

# A busy machine is slow; that is no failure of a property.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
