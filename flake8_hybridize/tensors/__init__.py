"""Abstract interpretation of function bodies: what every value may be, and why."""
