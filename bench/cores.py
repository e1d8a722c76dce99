#!/usr/bin/env python3
"""Measures what a second thread on a second core costs the first: the processor time of a request with one and with two.

    scripts/bench cores [--rounds N]

Where the load and the API need the same two cores, requests a second say nothing of that. But threads whose lines of the
cache go to and fro, or that are woken from a lock, need more time for the same work. Time asleep at a lock is not in it.
"""
import argparse
import statistics

import loads
import proxies


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--rounds", type=int, default=9)
    chosen = arguments.parse_args()
    with proxies.stage() as (folder, api, processes):
        gateways = {}
        for threads in (1, 2):
            own = folder / str(threads)
            own.mkdir()
            gateways[threads] = proxies.start_cloche(own, api, "memory", threads=threads, cores="0,1")[0]
            processes.append(gateways[threads].process)
        rounds = [{threads: loads.wrk(gateway, "/data", 64, 1)["cpu_us"] for threads, gateway in gateways.items()} for _ in range(chosen.rounds + 1)][1:]
    for threads in gateways:
        print(f"{threads} threads: {statistics.median(each[threads] for each in rounds):.1f} us of CPU a request")
    print(f"two cores have time for {statistics.median(2 * each[1] / each[2] for each in rounds):.2f} times as many requests as one")


if __name__ == "__main__":
    main()
