"""What breaks around a request, one fault a test, with the real processes and the agency's own count.

At every point that the code names (`connectors.faults`) the real process that comes by there is killed with
SIGKILL, web or worker, with PostgreSQL, Valkey and the sandbox running (`test_points` holds that none is
left out): the way of a request from the button to the follow-up, filing by ZGW and at an intake, telling a
doubt, hearing back, messages, documents and webhooks. Tests of one process break some of them by an
exception as well, which is quicker and goes into more detail.
"""
