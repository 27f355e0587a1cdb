"""What is told about each step."""


class History:
    """Keeps the losses."""

    def __init__(self):
        self.losses = []

    def on_step(self, loss):
        """Remembers one loss."""
        self.losses.append(loss)


class Silent:
    """Keeps nothing."""

    def on_step(self, loss):
        """Does nothing."""
