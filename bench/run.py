#!/usr/bin/env python3
"""Measures CPU per proxied request, beside nginx, haproxy and fastify, interleaved in one run.

Each proxy runs with one thread on core 0; the load and the API run on core 1. CPU is the scheduler's own account of the
proxy's threads (/proc/PID/task/*/schedstat) over the requests answered. Ratios of what was measured in the same round are
what counts: absolute times drift with the machine. Every answer must be 200, and the API answers 401 unless the proxy did
its work, so a figure with errors is refused.

    scripts/bench [--rounds N] [--seconds S] [--only TEXT] [--json FILE]
"""
import argparse
import functools
import json
import os
import pathlib
import shutil
import sys

import loads
import proxies
import report
from machine import ROOT
from servers import Redis

MEBIBYTE = 1024 * 1024


@functools.cache
def capacity(proxy):
    """Requests a second that it answers at most."""
    return max(loads.wrk(proxy, "/data", 64, 1)["rate"] for _ in range(4))


def evenly(proxy, outside, rate, seconds):
    """Nothing for a proxy that cannot answer as many: its queue would grow until the end."""
    return loads.paced(proxy, outside, "/data", 64, rate, seconds) if capacity(proxy) > rate else None


def cases(seconds, folder, nginx, outside):
    """Title, scheme and load."""
    body = folder / "upload"
    body.write_bytes(b"u" * 64 * MEBIBYTE)
    return [
        ("GET 1 KiB, 64 connections", "http", lambda proxy: loads.wrk(proxy, "/data", 64, seconds)),
        ("GET 1 KiB, 1 connection", "http", lambda proxy: loads.wrk(proxy, "/data", 1, seconds)),
        ("GET 1 KiB, evenly, 70 % of what nginx can", "http", lambda proxy: evenly(proxy, outside, 0.7 * capacity(nginx), seconds)),
        ("GET 1 MiB, 16 connections", "http", lambda proxy: loads.wrk(proxy, "/big", 16, seconds)),
        ("POST 64 MiB", "http", lambda proxy: loads.upload(proxy, "/data", body, 2 * seconds)),
        ("TLS: GET 1 KiB, 64 connections", "https", lambda proxy: loads.wrk(proxy, "/data", 64, seconds)),
        ("TLS: GET 1 MiB, 16 connections", "https", lambda proxy: loads.wrk(proxy, "/big", 16, seconds)),
        ("HTTP/2: GET 1 KiB, 8 connections of 8 streams", "https", lambda proxy: loads.h2load(proxy, "/data", 8, 8, seconds)),
        ("HTTP/2: GET 1 KiB, 64 connections of 1 stream", "https", lambda proxy: loads.h2load(proxy, "/data", 64, 1, seconds)),
        ("HTTP/2: GET 1 MiB, 8 connections of 4 streams", "https", lambda proxy: loads.h2load(proxy, "/big", 8, 4, seconds)),
    ]


def show(title, rounds):
    """The best of each; p50, p99 and growth where they were measured."""
    more = [key for key in ("p50_us", "p99_us", "grown_mb") if key in rounds["nginx"][0]]
    print(f"\n{title}\n{'proxy':<20}{'CPU us/req':>18}{'x nginx':>9}{'req/s':>9}{'core':>6}{'RSS MB':>8}" + "".join(f"{key:>10}" for key in more))
    for who, measured in rounds.items():
        print(f"{who:<20}{report.best(measured, 'cpu_us'):>9.1f} /{report.middle(measured, 'cpu_us'):>7.1f}{report.ratio(rounds, who):>9.2f}{max(r['rate'] for r in measured):>9.0f}"
              f"{max(r['core'] for r in measured):>6.2f}{measured[-1]['rss_mb']:>8.1f}" + "".join(f"{report.best(measured, key):>10.1f}" for key in more), flush=True)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--seconds", type=int, default=2)
    arguments.add_argument("--only", default="", help="cases whose title holds this")
    arguments.add_argument("--json", default=str(ROOT / "bench/results/latest.json"))
    chosen = arguments.parse_args()
    for tool in ("wrk", "h2load", "curl", "node", "nginx", "haproxy", "redis-server", "taskset"):
        if not shutil.which(tool) and not os.path.exists(f"/usr/sbin/{tool}"):
            sys.exit(f"bench: {tool} is not installed; scripts/setup --bench installs it")

    figures = {}
    with proxies.stage() as (folder, api, processes):
        redis = Redis(folder)
        processes.append(redis.process)
        known = []
        for start in (
            lambda: proxies.start_nginx(folder, api),
            lambda: proxies.start_nginx_same_fields(folder, api),
            lambda: proxies.start_cloche(folder, api, "memory"),
            lambda: proxies.start_cloche(folder, api, "sqlite"),
            lambda: proxies.start_cloche(folder, api, redis.config),
            lambda: proxies.start_cloche(folder, api, "memory", "https"),
            lambda: proxies.start_haproxy(folder, api),
            lambda: proxies.start_fastify(folder, api),
        ):
            known += start()
            processes.append(known[-1].process)

        nginx = next(proxy for proxy in known if (proxy.name, proxy.scheme) == ("nginx", "http"))
        for title, scheme, load in cases(chosen.seconds, folder, nginx, processes[0]):
            if chosen.only not in title:
                continue
            measured = {proxy.name: [] for proxy in known if proxy.scheme == scheme}
            for turn in range(chosen.rounds + 1):
                for proxy in known:
                    if proxy.scheme != scheme:
                        continue
                    round_figures = load(proxy)
                    if turn > 0 and round_figures:  # the first warms up
                        measured[proxy.name].append(round_figures)
            measured = {name: rounds for name, rounds in measured.items() if rounds}
            show(title, measured)
            figures[title] = measured
    pathlib.Path(chosen.json).parent.mkdir(parents=True, exist_ok=True)
    pathlib.Path(chosen.json).write_text(json.dumps(figures, indent=1) + "\n")
    print(f"\nCPU is best / median of {chosen.rounds} rounds of {chosen.seconds} s; x nginx is the median of what each round gave. Written to {chosen.json}")


if __name__ == "__main__":
    main()
