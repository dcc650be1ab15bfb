"""The log of every use of somebody's data: lines, chains, signed heads, and how all of it is checked."""
