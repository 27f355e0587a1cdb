"""Hazards at the border between Python and graph: what callers, classes and decorators make of a function."""
