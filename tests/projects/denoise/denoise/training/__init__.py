"""Loops, steps and what watches them."""
