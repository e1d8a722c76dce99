"""Processes of a measurement: starting them on a core, and what the kernel says of them."""
import glob
import pathlib
import socket
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BINARY = ROOT / "build/release/cloche"
UPSTREAM = ROOT / "build/release/bench_upstream"
STORE_COSTS = ROOT / "build/release/bench_store_costs"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port, process):
    for _ in range(200):
        if process.poll() is not None:
            sys.exit(f"bench: {process.args[0]} ended at its start; run it by hand to see why: {process.args}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    sys.exit(f"bench: nothing listens on port {port}")


def on_core(core, command, **more):
    return subprocess.Popen(["taskset", "-c", str(core), *map(str, command)], **more)


def cpu_seconds(pids):
    total = 0
    for pid in pids:
        for path in glob.glob(f"/proc/{pid}/task/*/schedstat"):
            try:
                total += int(open(path).read().split()[0])
            except (FileNotFoundError, ProcessLookupError):
                pass
    return total / 1e9


def family(pid):
    """A process and its children: nginx works in a child."""
    children = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True).stdout.split()
    return [pid, *map(int, children)]


def resident(pids, what="VmRSS"):
    """In MB."""
    total = 0
    for pid in pids:
        for line in open(f"/proc/{pid}/status"):
            if line.startswith(what):
                total += int(line.split()[1])
    return total / 1024
