"""`python -m flake8_hybridize` is the command `hybridize`."""

import sys

from flake8_hybridize.hosts.cli import main

if __name__ == "__main__":
    sys.exit(main())
