"""Proposals: a register says that something happened, and who wanted that gets the life event proposed."""
