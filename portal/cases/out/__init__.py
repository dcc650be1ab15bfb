"""Getting it there: the outbox, and one delivery at a time."""
