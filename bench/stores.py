#!/usr/bin/env python3
"""Measures what sessions cost in each store: by operation, by request and by refresh, in bytes and connections.

The program that is measured - bench_store_costs for single operations, `cloche serve` with one thread for the rest - is on
core 0; the store's server, the API and whoever asks are on core 1. CPU is the scheduler's account of each process: the
figure to go by. Times by the wall depend on the disk and on who else is at the machine. All are the best of the rounds.

    scripts/bench stores [--stores memory,sqlite,postgres,redis] [--sessions 10000,100000] [--rounds N] [--json FILE]
"""
import argparse
import concurrent.futures
import contextlib
import http.client
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

import loads
from machine import BINARY, ROOT, STORE_COSTS, UPSTREAM, free_port, on_core, resident, wait_for
from proxies import FOREIGN, Proxy
from scaling import print_scaling
from servers import STORES, Meter

OPERATIONS = ("load", "swap", "create", "touch", "due", "list")
ROUND_SECONDS = 0.4
CALIBRATION = 100
MOST = 10_000  # operations a round
LISTENERS = 20
LIFE = 12  # seconds, of the API's access tokens
VISITORS = 16
REFRESHES = 1000
CACHED = 4000
IDLE = 1000


@contextlib.contextmanager
def running(process, ends_by=signal.SIGTERM):
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(ends_by)
        process.wait(timeout=60)


class StoreCosts:
    """bench_store_costs at work on a store."""

    def __init__(self, store, process):
        self.store, self.process, self.sessions = store, process, 0

    def ask(self, operation, count, at_once):
        written = self.store.written(self.process.pid)
        server = Meter(self.store.pids)
        self.process.stdin.write(f"{operation} {count} {at_once}\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"bench: {operation} failed on {self.store.name}, see above")
        server_seconds = server.seconds()
        found = json.loads(line)
        each = 1 / max(found["count"], 1)
        return {
            "seconds": found["seconds"],
            "wall_us": found["seconds"] * each * 1e6,
            "gateway_us": found["cpu"] * each * 1e6,
            "server_us": server_seconds * each * 1e6,
            "written": (self.store.written(self.process.pid) - written) * each,
        }

    def best(self, operation, at_once, rounds):
        """Each round takes as many as fill its time, and none twice."""
        first = self.ask(operation, CALIBRATION, at_once)
        count = int(min(max(CALIBRATION * ROUND_SECONDS / max(first["seconds"], 1e-6), CALIBRATION), self.sessions))
        measured = [self.ask(operation, count, at_once) for _ in range(rounds)]
        return {key: min(each[key] for each in measured) for key in measured[0]}


def operations(kind, sizes, rounds, folder):
    store = kind(folder)
    try:
        process = on_core(0, [STORE_COSTS, folder / "keys", store.where], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        with running(process):
            costs = StoreCosts(store, process)
            costs.ask("listen", 0, 1)  # it is ready
            before, bytes_each, purge, load, made = store.stored(process.pid), {}, {}, {}, 0
            store.fill_fast(True)
            for size in sizes:
                costs.ask("create", size - made, 128)
                made = size
                bytes_each[size] = (store.stored(process.pid) - before) / size
                store.settle()
                costs.sessions = min(size, MOST)
                load[size] = costs.best("load", 16, rounds)
                purge[size] = min((costs.ask("purge", 10, 1) for _ in range(rounds)), key=lambda each: each["server_us"] + each["gateway_us"])
            store.fill_fast(False)
            found = {at_once: {name: costs.best(name, at_once, rounds) for name in OPERATIONS} for at_once in (1, 16)}
            heard = None
            if store.pids():
                costs.ask("listen", LISTENERS, 1)
                heard = costs.best("swap", 16, rounds)
                heard = {key: (heard[key] - found[16]["swap"][key]) / LISTENERS for key in ("gateway_us", "server_us")}
            process.stdin.close()
            process.wait(timeout=60)
            return {"bytes": bytes_each, "holds": store.holds, "purge": purge, "load": load, "operations": found, "note_heard": heard}
    finally:
        store.stop()


class Gateway:
    """`cloche serve` with one thread, and people whose sessions it keeps."""

    def __init__(self, store, process, port, operations_port):
        self.store, self.process, self.port, self.operations_port = store, process, port, operations_port
        self.cookies = []

    def each(self, work, items):
        def some(mine):
            connection = http.client.HTTPConnection("127.0.0.1", self.port)
            return [work(connection, item) for item in mine]

        with concurrent.futures.ThreadPoolExecutor(VISITORS) as pool:
            return [done for some_done in pool.map(some, [items[n::VISITORS] for n in range(VISITORS)]) for done in some_done]

    def answer(self, connection, method, path, headers, body=None):
        connection.request(method, path, body, {"Host": "localhost", **headers})
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            sys.exit(f"bench: {self.store.name}: {method} {path} was answered {answer.status}")
        return answer

    def sign_in(self, count):
        headers = {"Content-Type": "application/json", "Origin": "http://localhost"}
        who = b'{"email":"bench@example.com","password":"x"}'
        self.cookies += self.each(
            lambda connection, _: self.answer(connection, "POST", "/api/auth/login", headers, who).headers["Set-Cookie"].split(";")[0],
            range(count))

    def visit(self, cookies):
        """One request to the API for each; what that cost, with what it set going."""
        self.store.watch_calls()
        renewed = self.renewed()
        gateway, server = Meter(lambda: [self.process.pid]), Meter(self.store.pids)
        self.each(lambda connection, cookie: self.answer(connection, "GET", "/api/proxy/data", {"Cookie": f"{FOREIGN}; {cookie}"}), cookies)
        time.sleep(0.3)
        each = 1e6 / len(cookies)
        costs = {"gateway_us": gateway.seconds() * each, "server_us": server.seconds() * each}
        return {**costs, "requests": len(cookies),
                "refreshes": self.renewed() - renewed, "calls": self.store.calls()}

    def renewed(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.operations_port}/metrics") as metrics:
            return int(float(re.search(r'refreshes_total{result="renewed"} (\S+)', metrics.read().decode()).group(1)))

    def resident(self):
        return resident([self.process.pid]) * 1024 * 1024

    def idle_connections(self, count):
        """Connections that had one answer and now wait."""
        head = f"GET /api/proxy/data HTTP/1.1\r\nHost: localhost\r\nCookie: {FOREIGN}; {self.cookies[0]}\r\n\r\n".encode()
        opened = []
        for _ in range(count):
            opened.append(socket.create_connection(("127.0.0.1", self.port)))
            opened[-1].sendall(head)
            while not opened[-1].recv(65536).endswith(b'"}'):
                pass
        return opened


def refresh_round(gateway):
    time.sleep(LIFE + 0.2)
    cookies = gateway.cookies[:REFRESHES]
    refresh = gateway.visit(cookies)
    time.sleep(1.2)  # longer than a gateway trusts what it has read
    cold = gateway.visit(cookies)
    return {"refresh": refresh, "cold": cold, "warm": gateway.visit(cookies[:20] * 20)}


def requests(kind, rounds, folder):
    store = kind(folder)
    api, port, operations_port = free_port(), free_port(), free_port()
    config = folder / "gateway.yaml"
    config.write_text(
        f"listen: 127.0.0.1:{port}\noperations: 127.0.0.1:{operations_port}\nserver_timing: off\npublic_url: http://localhost\n"
        f"data: {folder}/data\nthreads: 1\nupstream: http://127.0.0.1:{api}\nsession: {{ store: '{store.config}' }}\n")
    log = open(folder / "gateway.log", "w")
    try:
        with running(on_core(1, [UPSTREAM, api, LIFE], stdin=subprocess.DEVNULL)) as upstream, \
                running(on_core(0, [BINARY, "serve", "--config", config], stdout=log, stderr=log)) as process:
            wait_for(api, upstream)
            wait_for(port, process)
            gateway = Gateway(store, process, port, operations_port)
            gateway.sign_in(500)
            before = gateway.resident()
            gateway.sign_in(CACHED)
            found = {"cached_session": (gateway.resident() - before) / CACHED}
            found["rounds"] = [refresh_round(gateway) for _ in range(rounds)]
            found["connections"] = store.connections()
            idle = gateway.idle_connections(100)
            before = gateway.resident()
            idle += gateway.idle_connections(IDLE)
            found["idle_connection"] = (gateway.resident() - before) / IDLE
            for connection in idle:
                connection.close()
            proxy = Proxy(kind.name, "http", port, process, f"{FOREIGN}; {gateway.cookies[0]}", "/api/proxy")
            found["proxied"] = min((loads.wrk(proxy, "/data", 64, 1) for _ in range(rounds)), key=lambda each: each["cpu_us"])
            return found
    except BaseException:
        sys.stderr.write("".join((folder / "gateway.log").read_text().splitlines(True)[-5:]))
        raise
    finally:
        store.stop()


def best_of(rounds, phase):
    return {key: min(each[phase][key] for each in rounds) for key in ("gateway_us", "server_us")}


def row(what, *cells):
    print(f"  {what:<34}" + "".join(f"{cell if isinstance(cell, str) else format(cell, '.1f' if cell < 100 else '.0f'):>16}" for cell in cells))


def print_operations(name, found):
    print(f"\n{name}")
    row("one operation", "alone, wall us", "16 at once", "gateway CPU us", "server CPU us", "bytes written")
    for operation in OPERATIONS:
        alone, many = found["operations"][1][operation], found["operations"][16][operation]
        row(operation, alone["wall_us"], *(many[key] for key in ("wall_us", "gateway_us", "server_us", "written")))
    if found["note_heard"]:
        row("a swap heard by one gateway more", "", "", found["note_heard"]["gateway_us"], found["note_heard"]["server_us"])
    for size, load in found["load"].items():
        row(f"load, of {size}", "", *(load[key] for key in ("wall_us", "gateway_us", "server_us")))
    for size, purge in found["purge"].items():
        row(f"purge that finds nothing, of {size}", purge["wall_us"], "", purge["gateway_us"], purge["server_us"])
    for size, each in found["bytes"].items():
        row(f"bytes a session, of {size}", each, f"  {found['holds']}")


def print_requests(found):
    row("one request", "gateway CPU us", "server CPU us", "  store calls in the last round")
    for phase, what in (("warm", "read within the last second"), ("cold", "not read for a second"), ("refresh", "with a refresh")):
        cost, last = best_of(found["rounds"], phase), found["rounds"][-1][phase]
        calls = {kind: count for kind, count in last["calls"].items() if count} if last["calls"] is not None else "not counted"
        row(what, cost["gateway_us"], cost["server_us"], f"  {last['requests']} requests, {last['refreshes']} refreshes: {calls}")
    row("of one session, 64 connections", found["proxied"]["cpu_us"], "", f"  {found['proxied']['rate']:.0f} requests/s")
    row("bytes", found["cached_session"], "  a session in the gateway, signed in")
    row("bytes", found["idle_connection"], "  an idle connection of a browser")
    row("connections to the store", str(found["connections"]))


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--stores", default=",".join(STORES))
    arguments.add_argument("--sessions", default="10000,100000")
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--json", default=str(ROOT / "bench/results/stores.json"))
    chosen = arguments.parse_args()
    sizes = [int(size) for size in chosen.sessions.split(",")]
    results = pathlib.Path(chosen.json)
    report = json.loads(results.read_text()) if results.exists() else {}  # stores that are not named keep what they had
    for name in chosen.stores.split(","):
        with tempfile.TemporaryDirectory(prefix="cloche-bench-") as one, tempfile.TemporaryDirectory(prefix="cloche-bench-") as other:
            report[name] = {"operations": operations(STORES[name], sizes, chosen.rounds, pathlib.Path(one))}
            print_operations(name, report[name]["operations"])
            report[name]["requests"] = requests(STORES[name], chosen.rounds, pathlib.Path(other))
            print_requests(report[name]["requests"])
            sys.stdout.flush()
    results.parent.mkdir(parents=True, exist_ok=True)
    results.write_text(json.dumps(report, indent=1) + "\n")
    print_scaling({name: json.loads(json.dumps(report[name])) for name in chosen.stores.split(",")})
    model = re.search(r"model name\s*: (.*)", open("/proc/cpuinfo").read()).group(1)
    print(f"\n{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores of {model}. The best of {chosen.rounds} rounds. Written to {chosen.json}")


main()
