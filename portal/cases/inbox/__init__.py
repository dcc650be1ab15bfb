"""Everything that agencies and a citizen have to do with each other, as one list."""
