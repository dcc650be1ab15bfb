"""Many requests under a random, seeded schedule of faults, and a count that the agencies keep themselves.

`make chaos` runs it; `README.md` says how.
"""
