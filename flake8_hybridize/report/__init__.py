"""What a run found, written down: one module a format, each with `render(run) -> str`."""
