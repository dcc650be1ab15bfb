"""Deciding with care: hearing first, calling first, ending without an outcome, and opening again."""
