"""Signals: "this works out badly", of an officer or a citizen, with an owner, an answer and what changed."""
