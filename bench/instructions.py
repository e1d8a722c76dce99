#!/usr/bin/env python3
"""Counts the instructions of our own that a proxied request takes, by callgrind: a figure that does not drift with the machine.

    scripts/bench instructions [--requests N] [--tls] [--functions N]

Counting begins once the gateway is warm, and ends with the N requests. The kernel's share is not in it, and the processor
that callgrind plays has no SHA instructions. Prints the sum, whether it is within the budget, and where it goes; never
fails for the figure.
"""
import argparse
import pathlib
import re
import shutil
import subprocess
import sys
import time

import loads
import proxies

BUDGET = 45_000  # of a GET of 1 KiB over HTTP/1.1
CONNECTIONS = 16
WARM_UP = 500


def ask(proxy, requests):
    protocol = ["--h1"] if proxy.scheme == "http" else []
    text = subprocess.run(
        ["h2load", "-t1", "-n", str(requests), "-c", str(CONNECTIONS), *protocol, *loads.pseudo_fields(proxy), proxy.url("/data")],
        capture_output=True, text=True).stdout
    loads.succeeded(proxy, text, "http/1.1" if protocol else "h2")


def count(folder, api, processes, scheme, requests):
    """What callgrind wrote."""
    profile = folder / "profile"
    callgrind = ["valgrind", "--tool=callgrind", "--instr-atstart=no", f"--callgrind-out-file={profile}"]
    proxy = proxies.start_cloche(folder, api, "memory", scheme, under=callgrind, sessions=50)[0]
    processes.append(proxy.process)
    ask(proxy, WARM_UP)
    for state, work in (("on", lambda: ask(proxy, requests)), ("off", lambda: time.sleep(1))):
        subprocess.run(["callgrind_control", "-i", state, str(proxy.process.pid)], check=True, capture_output=True)
        work()
    proxies.stop([processes.pop()])
    return profile


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--requests", type=int, default=2000)
    arguments.add_argument("--tls", action="store_true", help="over TLS and HTTP/2")
    arguments.add_argument("--functions", type=int, default=20, help="how many are named")
    chosen = arguments.parse_args()
    for tool in ("valgrind", "h2load"):
        if not shutil.which(tool):
            sys.exit(f"bench: {tool} is not installed; scripts/setup --bench installs it")

    with proxies.stage() as (folder, api, processes):
        profile = count(folder, api, processes, "https" if chosen.tls else "http", chosen.requests)
        text = subprocess.run(["callgrind_annotate", "--threshold=95", str(profile)], check=True, capture_output=True, text=True).stdout

    rows = re.findall(r"^\s*([\d,]+) \(\s*[\d.]+%\)\s+(.*)$", text, re.MULTILINE)
    costs = [(int(number.replace(",", "")) / chosen.requests, name) for number, name in rows]
    total = costs[0][0]
    print(f"{total:,.0f} instructions a request" + ("" if chosen.tls else f", of {BUDGET:,}"))
    if not chosen.tls and total > BUDGET:
        print(f"WARNING: {total - BUDGET:,.0f} over the budget")
    for cost, name in costs[1:chosen.functions + 1]:
        plain = re.sub(r"\s*\[.*?\]$", "", name.split(":", 1)[-1]).split("(")
        print(f"{cost:8,.0f}  {pathlib.Path(plain[0]).name if plain[0].startswith('/') else '('.join(plain)[:100]}")


if __name__ == "__main__":
    main()
