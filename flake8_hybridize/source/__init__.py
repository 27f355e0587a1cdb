"""A file's text: how it was stored, where things are in it, and which of its lines are silenced."""
