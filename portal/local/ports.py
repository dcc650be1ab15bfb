"""Loopback ports: is one free, and which addresses `localhost` can mean here."""

from __future__ import annotations

import errno
import http.client
import socket

IPV4, IPV6 = "127.0.0.1", "::1"


def loopback_addresses() -> list[str]:
    """127.0.0.1, and ::1 where the machine has it: browsers may take `localhost` for either."""
    return [IPV4, IPV6] if _bind(IPV6, 0) is None else [IPV4]


def is_free(port: int) -> bool:
    """True when no program listens on the port of any loopback address."""
    return all(_bind(address, port) != errno.EADDRINUSE for address in loopback_addresses())


def free_port() -> int:
    """A port that is free now, chosen by the system."""
    with socket.socket() as probe:
        probe.bind((IPV4, 0))
        number: int = probe.getsockname()[1]
    return number if is_free(number) else free_port()


def bind_options(port: int) -> list[str]:
    """gunicorn's options to listen on the port of every loopback address."""
    hosts = [f"[{address}]" if ":" in address else address for address in loopback_addresses()]
    return [option for host in hosts for option in ("--bind", f"{host}:{port}")]


def answers(port: int, path: str, *, host: str) -> bool:
    """True when a GET on the loopback port gives a status below 500. `host` goes into the Host header."""
    connection = http.client.HTTPConnection(IPV4, port, timeout=5)
    try:
        connection.request("GET", path, headers={"Host": f"{host}:{port}"})
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _bind(address: str, port: int) -> int | None:
    """None when it can be bound, the error number otherwise."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            # As the servers do: a port of a connection that was just closed counts as free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((address, port))
    except OSError as error:
        return error.errno or errno.EADDRNOTAVAIL
    return None
