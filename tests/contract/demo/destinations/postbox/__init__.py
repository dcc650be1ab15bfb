"""A destination as somebody might add it: nothing in the tests knows its name."""
