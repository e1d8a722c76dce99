#!/usr/bin/env python3
"""Measures CPU per proxied request, beside nginx and haproxy, interleaved in one run.

Each proxy runs with one thread on core 0; wrk and the API run on core 1. CPU is the scheduler's own account of the
proxy's threads (/proc/PID/task/*/schedstat) over the requests answered. Ratios of the best rounds are what counts:
absolute times drift with the machine. Every answer must be 200, and the API answers 401 unless the proxy did its
work, so a figure with errors is refused.

    scripts/bench [--rounds N] [--seconds S] [--json FILE]
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

from machine import BINARY, ROOT, UPSTREAM, cpu_seconds, family, free_port, on_core, resident, wait_for

FOREIGN = "theme=dark; lang=en; " + "; ".join(f"pref{i}={'v' * 90}" for i in range(11))


class Proxy:
    def __init__(self, name, port, process, cookie, prefix):
        self.name, self.port, self.process, self.cookie, self.prefix = name, port, process, cookie, prefix
        self.rounds = []

    def load(self, target, connections, seconds):
        pids = family(self.process.pid)
        before = cpu_seconds(pids)
        started = time.monotonic()
        wrk = subprocess.run(
            ["taskset", "-c", "1", "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency",
             "-H", f"Cookie: {self.cookie}", f"http://127.0.0.1:{self.port}{self.prefix}{target}"],
            capture_output=True, text=True)
        elapsed = time.monotonic() - started
        used = cpu_seconds(pids) - before
        text = wrk.stdout
        requests = int(re.search(r"(\d+) requests in", text).group(1))
        if requests == 0 or "Non-2xx" in text or "Socket errors" in text:
            sys.exit(f"bench: {self.name} answered with errors, the figure would be worthless:\n{text}")
        latency = {p: re.search(rf"{p}%\s+([\d.]+)(us|ms|s)", text) for p in ("50", "99")}
        unit = {"us": 1, "ms": 1e3, "s": 1e6}
        return {
            "cpu_us": used / requests * 1e6,
            "rate": requests / elapsed,
            "p50_us": float(latency["50"].group(1)) * unit[latency["50"].group(2)],
            "p99_us": float(latency["99"].group(1)) * unit[latency["99"].group(2)],
            "core": used / elapsed,
            "rss_mb": resident(pids),
        }


def start_cloche(folder, api, store):
    port = free_port()
    config = folder / f"cloche-{store}.yaml"
    config.write_text(
        f"listen: 127.0.0.1:{port}\nserver_timing: off\noperations: 127.0.0.1:0\npublic_url: http://localhost:{port}\n"
        f"data: {folder}/data-{store}\nthreads: 1\nupstream: http://127.0.0.1:{api}\n"
        f"session: {{ store: {store} }}\nprovider: {{ kind: json-api, user: none }}\n")
    log = open(folder / f"cloche-{store}.log", "w")
    process = on_core(0, [BINARY, "serve", "--config", config], stderr=log, stdout=log)
    wait_for(port, process)
    ids = []
    for _ in range(1001):
        request = urllib.request.Request(
            f"http://localhost:{port}/api/auth/login", data=b'{"email":"bench@example.com","password":"x"}',
            headers={"Content-Type": "application/json", "Origin": f"http://localhost:{port}"})
        with urllib.request.urlopen(request) as answer:
            ids.append(answer.headers["Set-Cookie"].split(";")[0])
    return Proxy(f"cloche ({store})", port, process, f"{FOREIGN}; {ids[500]}", "/api/proxy")


def start_peer(name, folder, api, command, template):
    port = free_port()
    text = (ROOT / "bench/peers" / template).read_text()
    config = folder / template.removesuffix(".in")
    config.write_text(text.replace("@FOLDER@", str(folder)).replace("@PORT@", str(port)).replace("@API@", str(api)))
    process = on_core(0, [*command, config], stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    wait_for(port, process)
    return Proxy(name, port, process, f"{FOREIGN}; sid=session500{'x' * 33}", "")


def write_sessions(folder):
    token = "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9." + "A" * 600 + "." + "B" * 86
    with open(folder / "sessions.map", "w") as nginx, open(folder / "haproxy.map", "w") as haproxy:
        for i in range(1001):
            sid = f"session{i}{'x' * 33}"
            nginx.write(f"{sid} {token};\n")
            haproxy.write(f"{sid} {token}\n")


def best(rounds, key):
    return min(r[key] for r in rounds)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--seconds", type=int, default=2)
    arguments.add_argument("--json", default=str(ROOT / "bench/results/latest.json"))
    chosen = arguments.parse_args()
    for tool in ("wrk", "nginx", "haproxy", "taskset"):
        if not shutil.which(tool) and not os.path.exists(f"/usr/sbin/{tool}"):
            sys.exit(f"bench: {tool} is not installed; scripts/setup --bench installs it")

    processes, report = [], {}
    with tempfile.TemporaryDirectory(prefix="cloche-bench-") as name:
        folder = pathlib.Path(name)
        try:
            api = free_port()
            upstream = on_core(1, [UPSTREAM, api])
            processes.append(upstream)
            wait_for(api, upstream)
            write_sessions(folder)
            proxies = []
            for start in (
                lambda: start_peer("nginx", folder, api, ["nginx", "-p", folder, "-c"], "nginx.conf.in"),
                lambda: start_peer("haproxy", folder, api, ["haproxy", "-q", "-f"], "haproxy.cfg.in"),
                lambda: start_cloche(folder, api, "memory"),
                lambda: start_cloche(folder, api, "sqlite"),
            ):
                proxies.append(start())
                processes.append(proxies[-1].process)

            for title, target, connections in (
                ("GET 1 KiB, 64 connections", "/data", 64),
                ("GET 1 MiB, 16 connections", "/big", 16),
                ("GET 1 KiB, 1 connection", "/data", 1),
            ):
                rounds = {proxy.name: [] for proxy in proxies}
                for proxy in proxies:
                    proxy.load(target, connections, 1)  # warm
                for _ in range(chosen.rounds):
                    for proxy in proxies:
                        rounds[proxy.name].append(proxy.load(target, connections, chosen.seconds))
                yardstick = best(rounds["nginx"], "cpu_us")
                print(f"\n{title}\n{'proxy':<18}{'CPU us/req':>16}{'x nginx':>9}{'req/s':>9}{'p50 us':>9}{'p99 us':>9}{'RSS MB':>8}")
                for who, measured in rounds.items():
                    cpu, middle = best(measured, "cpu_us"), statistics.median(r["cpu_us"] for r in measured)
                    print(f"{who:<18}{cpu:>8.1f} /{middle:>6.1f}{cpu / yardstick:>9.2f}{max(r['rate'] for r in measured):>9.0f}"
                          f"{best(measured, 'p50_us'):>9.0f}{best(measured, 'p99_us'):>9.0f}{measured[-1]['rss_mb']:>8.1f}")
                report[title] = rounds
        finally:
            for process in processes:
                process.send_signal(signal.SIGTERM)
            for process in processes:
                process.wait(timeout=30)
    pathlib.Path(chosen.json).parent.mkdir(parents=True, exist_ok=True)
    pathlib.Path(chosen.json).write_text(json.dumps(report, indent=1) + "\n")
    print(f"\nCPU is best / median of {chosen.rounds} rounds of {chosen.seconds} s; x nginx compares the best. Written to {chosen.json}")


if __name__ == "__main__":
    main()
