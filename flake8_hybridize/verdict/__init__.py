"""Is it hot, is it traced already, may it be traced, does it pay: one verdict per function."""
