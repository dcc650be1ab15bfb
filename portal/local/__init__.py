"""Everything the portal needs on one machine, for `make demo` and for the tests.

Nothing in here runs in a real installation: there the database, the broker and the processes are
the platform's.
"""
