"""How long the linters take over TensorFlow code, side by side on the same files.

    python -m benchmarks                        # every program, the small and the large set, 1 and 2 jobs
    python -m benchmarks --sets small --jobs 1 --programs flake8 plugin check
    python -m benchmarks --code examples --timeout 600

The suite makes its own environment (a venv with flake8, flake8-bugbear, pylint, ruff and this checkout) and fetches its
code (wheels of pinned versions, through pip, unpacked, never installed or imported) into `--folder`, by default
`hybridize-benchmarks` in the user's cache folder; nothing else is changed. What is there already is not fetched again.

A figure is the CPU time of the whole process tree (user and system), which other load on the machine disturbs less than
wall time; the ratio to flake8 alone, of the same run, is what can be compared between machines. `cold`: with an empty
cache; `warm`: once more on the same files, for programs that keep results. Every program has run once on a small file
before, so that its bytecode is there. The memory is the largest process, not the sum of all.
What takes longer than `--timeout` is given up, and the table says so, as it does of a program that fails.
"""
