"""The facts themselves: literals only, one module per package of the described API."""
