"""The subcommands of `hybridize`, one module each."""
