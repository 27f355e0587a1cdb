"""Numbers that the whole program shares."""

SIDE = 8
BATCH = 4
WARMUP_ROUNDS = 3
LEARNING_RATE = 1e-3
