"""The once-only engine: what is asked of registers, what we hold of the answers, and for how long."""
