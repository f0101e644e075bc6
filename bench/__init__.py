"""What a verified ping costs: Linkback beside a program that does the least that can be done.

    python -m bench [--seconds 8] [--rounds 3] [--connections 64] [--json] [--database URL]

Nothing of src/linkback imports this package. docs/reference/bench.md tells what is measured and how.
"""
