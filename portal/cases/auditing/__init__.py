"""What an auditor checks: lists of what staff did, samples of it, what was thought of it, and who is told."""
