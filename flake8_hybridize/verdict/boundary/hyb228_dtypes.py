"""HYB228: float64 from callers meets float32 (being written)."""
