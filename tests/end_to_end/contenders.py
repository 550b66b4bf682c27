"""Small contenders, each committing one fault or none, and the runs that they take part in."""

import shlex
import sys

from supervised import UNITCOST, Finished, Place

# Of the graph fib/n:24/spawn_depth:4: a full binary tree of depth 4, and the value of fib(24).
UNITS, CHECKSUM = 31, f"{75025:016x}"
GRAPH = "fib/n:24/spawn_depth:4"
DESCRIPTION = '{"protocol": 1, "about": "a test", "measures": {"throughput": ["fib"]}}'

_PROGRAM = """
import json, os, signal, subprocess, sys, time

def answer(**facts):
    good = dict(end="ok", units={units}, checksum="{checksum}", runs=1, elapsed_ns=1000)
    os.write(3, json.dumps({{**good, **facts}}).encode())

if sys.argv[1] == "describe":
    print({description!r})
    sys.exit(0)
case = json.loads(sys.argv[2])
{act}
"""


def contender(place: Place, name: str, act: str, description: str = DESCRIPTION) -> list[str]:
    """The arguments that add a Python program to a run, which does `act` when it shall measure."""
    path = place.home / f"{name}.py"
    text = _PROGRAM.format(units=UNITS, checksum=CHECKSUM, description=description, act=act)
    path.write_text(text, encoding="utf-8")
    return ["--contender", f"{name}={shlex.join([sys.executable, str(path)])}"]


_HOLDER = """
import json, os, signal, subprocess, sys, threading, time

def tell(**what):
    os.write(3, json.dumps(what).encode() + b"\\n")

def mix(position):
    z = (position + 0x9E3779B97F4A7C15) % 2**64
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB % 2**64
    return z ^ (z >> 31)

if sys.argv[1] == "describe":
    print(json.dumps(dict(protocol=1, about="a test", measures=dict(footprint=[{unit!r}]))))
    sys.exit(0)
case = json.loads(sys.argv[2])
gate, threads = threading.Event(), []

def hold(count):
    while len(threads) < count:
        threads.append(threading.Thread(target=gate.wait))
        threads[-1].start()

def end(units, lost=()):
    gate.set()
    checksum = sum(mix(index) for index in range(units) if index not in lost) % 2**64
    tell(end="ok", units=units, checksum=f"{{checksum:016x}}")

count = 0
for line in sys.stdin:
    before, count = count, json.loads(line)["hold"]
    {act}
    hold(count)
    tell(holding=count)
{last}
"""


def holder(
    place: Place, name: str, act: str = "pass", last: str = "end(count)", unit: str = "thread"
) -> list[str]:
    """The arguments that add a Python program to a run, which holds idle units: it does `act` each
    time that it is asked to hold `count`, having held `before`, and `last` at the end."""
    path = place.home / f"{name}.py"
    path.write_text(_HOLDER.format(act=act, last=last, unit=unit), encoding="utf-8")
    return ["--contender", f"{name}={shlex.join([sys.executable, str(path)])}"]


_SERVER = """
import json, os, signal, socket, sys, threading, time

def tell(**what):
    os.write(3, json.dumps(what).encode() + b"\\n")

if sys.argv[1] == "describe":
    print(json.dumps(dict(protocol=1, about="a test", measures=dict(latency=["echo"]))))
    sys.exit(0)
case = json.loads(sys.argv[2])
sent = []

def echo(index, connection):
    count = answers = 0
    while message := connection.recv(4096):
        answers += 1
        {act}
        connection.sendall(message)
        count += len(message)
    sent.append(count)

def listen():
    door = socket.create_server(("127.0.0.1", 0), backlog=64)
    door.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return door

def serve(door):
    units = []
    for index in range(64):
        units.append(threading.Thread(target=echo, args=(index, door.accept()[0]), daemon=True))
        units[-1].start()
    for each in units:
        each.join()

def end(units, checksum):
    tell(end="ok", units=units, checksum=f"{{checksum:016x}}")

asked = json.loads(sys.stdin.readline())
door = listen()
port = door.getsockname()[1]
{first}
serve(door)
{last}
"""


def server(
    place: Place,
    name: str,
    act: str = "pass",
    first: str = "tell(listening=port)",
    last: str = "end(len(sent), sum(sent))",
) -> list[str]:
    """The arguments that add a Python program to a run, which serves 64 connections: it does
    `first` when it is asked to, `act` for each `message` of the connection of that `index`, and
    `last` when all have ended."""
    path = place.home / f"{name}.py"
    path.write_text(_SERVER.format(act=act, first=first, last=last), encoding="utf-8")
    return ["--contender", f"{name}={shlex.join([sys.executable, str(path)])}"]


def run_contenders(place: Place, models: str, *options: object, out: str = "run") -> Finished:
    """On one worker, each once unless `options` say otherwise."""
    chosen = ["--filter", f"^throughput/{models}/{GRAPH}/", "--workers", 1, "--seed", 1]
    once = [] if "--repetitions" in options else ["--repetitions", 1]
    return place.run(UNITCOST, "run", *chosen, *once, *options, "--out", place.home / out)
