"""What breaks around a request, one fault a test, with the real processes and the agency's own count.

A point that the code names (`connectors.faults`) is tried in one of two ways; `test_points` holds that each
is tried in one of them, and which:

- **By SIGKILL of the real process** that comes by there, web or worker, with PostgreSQL, Valkey and the
  sandbox running (`test_points.KILLED`): the way of a request from the button to the follow-up, filing by ZGW
  and at an intake, telling a doubt, hearing back.
- **By an exception in the process of the test** (`test_points.RAISED`), with the database of the test and a
  played other side: what the citizen says after filing, fetching a document, documents in a zaak, what is put
  at an intake after a request, webhooks. That shows that what is left behind is taken up again once. It does
  not show what only the end of a process does: no `finally` runs, the connection to the database drops, and a
  claim stands until its lease is over.

`make chaos` kills real processes at points of both lists, by chance; it says at which.
"""
