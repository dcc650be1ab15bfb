"""A source as somebody might add it: nothing in the tests knows its name."""
