"""latency, workload echo: a server with a unit for each connection (docs/CONTENDERS.md), by what
CPython has for it. Each has its connections from `door`, answers until its client closes, and says
how many bytes it sent back."""

import asyncio
import math
import multiprocessing
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from answers import Skipped, ok, tell
from own_threads import each_on_its_thread

MESSAGE_ROOM = 4096

# The bytes that each unit sent back which has seen its client close. Whoever fails before is missing.
Serve = Callable[[socket.socket, int], list[int]]


def echo(connection: Any) -> int:
    """By a unit that may wait in its calls."""
    sent = 0
    with connection:
        while message := connection.recv(MESSAGE_ROOM):
            connection.sendall(message)
            sent += len(message)
    return sent


def by_threads(door: socket.socket, connections: int) -> list[int]:
    """Clients ask when all have connected, so nobody waits until all are accepted."""
    accepted = [door.accept()[0] for _ in range(connections)]
    return each_on_its_thread(connections, lambda index: echo(accepted[index]))


def by_processes(door: socket.socket, connections: int) -> list[int]:
    context = multiprocessing.get_context("fork")
    not_served = -1
    sent = context.RawArray("q", [not_served] * connections)

    def serve_one(index: int, connection: socket.socket) -> None:
        sent[index] = echo(connection)

    processes = []
    for index in range(connections):
        with door.accept()[0] as connection:
            served = (index, connection)
            processes.append(context.Process(target=serve_one, args=served, daemon=True))
            processes[-1].start()
    for process in processes:
        process.join()
    return [each for each in sent if each != not_served]


def by_tasks(door: socket.socket, connections: int) -> list[int]:
    return asyncio.run(_serve_by_tasks(door, connections))


async def _serve_by_tasks(door: socket.socket, connections: int) -> list[int]:
    """The library's server starts a task for each connection, and logs what one raises."""
    sent: list[int] = []
    left = connections
    none_left = asyncio.Event()

    async def echo_awaited(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal left
        bytes_sent = 0
        try:
            while message := await reader.read(MESSAGE_ROOM):
                writer.write(message)
                await writer.drain()
                bytes_sent += len(message)
            writer.close()
            await writer.wait_closed()
            sent.append(bytes_sent)
        finally:
            left -= 1
            if left == 0:
                none_left.set()

    async with await asyncio.start_server(echo_awaited, sock=door, backlog=connections):
        await none_left.wait()
    return sent


def by_greenlets(door: socket.socket, connections: int) -> list[int]:
    """The library's server starts a greenlet for each connection, and prints what one raises."""
    import gevent.event
    import gevent.server

    sent: list[int] = []
    left = connections
    none_left = gevent.event.Event()

    def echo_switching(connection: Any, _: object) -> None:
        nonlocal left
        try:
            sent.append(echo(connection))
        finally:
            left -= 1
            if left == 0:
                none_left.set()

    door.setblocking(False)  # it accepts until there is none
    server = gevent.server.StreamServer(door, echo_switching)
    server.start()
    none_left.wait()
    server.stop()
    return sent


@dataclass(frozen=True)
class Server:
    units: str
    most_units: float
    serve: Serve


OF_THREADS = Server("threads", 4096, by_threads)
OF_PROCESSES = Server("processes", 256, by_processes)
OF_TASKS = Server("tasks", math.inf, by_tasks)
OF_GREENLETS = Server("greenlets", math.inf, by_greenlets)


def measured(server: Server, connections: int) -> dict[str, Any]:
    """The answer to a case: asked by a line on stdin, it tells where clients find it, and what it
    has served when they have gone."""
    if connections > server.most_units:
        raise Skipped(f"{connections} {server.units} are too many")
    sys.stdin.readline()
    with socket.create_server(("127.0.0.1", 0), backlog=connections) as door:
        door.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # of each that it accepts, too
        tell({"listening": door.getsockname()[1]})
        sent = server.serve(door, connections)
    return ok((len(sent), sum(sent)))
