"""The programs that users start: the flake8 plugin and the command; none of them analyses."""
