"""One file per hazard: what would raise, differ or cost if a body were traced."""
