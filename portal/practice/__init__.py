"""A place to practise: invented people, the sandbox as the other side, and nothing that leads out of it."""
