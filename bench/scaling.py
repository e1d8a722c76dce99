#!/usr/bin/env python3
"""From what one session costs to what many do: the arithmetic of docs/scaling.md, with the costs that bench/stores.py found.

    python3 bench/scaling.py [RESULTS.json]
"""
import json
import math
import pathlib
import sys

SESSIONS = (10_000, 1_000_000, 10_000_000, 100_000_000)
ACTIVE = 0.05  # of the sessions, at the busiest time: somebody is at work with them
REQUESTS = 0.1  # of an active session, a second
REFRESHED_EVERY = 255  # seconds: an access token of 5 minutes, less the margin of 30 s and 15 s of spread
PURGED_EVERY = 60  # seconds
BUSY = 0.5  # how much of a core may be in use
CORES = 4  # of a gateway, and as many I/O threads
STORE_CONNECTIONS = 4  # of an I/O thread; and one of the gateway that listens
BROWSERS = 65_536  # connections of a gateway: limits.connections


def per_request(found, phase, process):
    return min(each[phase][process] for each in found["requests"]["rounds"])


def calls_of_refresh(found):
    """Loads and swaps of a request with a refresh, as the store's server counted them; where none counts, the engine is the same."""
    last = found["requests"]["rounds"][-1]["refresh"]
    if last["calls"] is None:
        return 2, 2
    return last["calls"]["load"] / last["refreshes"], last["calls"]["swap"] / last["refreshes"]


def cost_of_counting_one(found):
    """The server's microseconds: how its purge grows with the sessions."""
    points = [(int(size), purge["server_us"]) for size, purge in found["operations"]["purge"].items()]
    (few, least), (many, most) = points[0], points[-1]
    return max(0, most - least) / max(1, many - few)


def at(sessions, found):
    cost = found["operations"]["operations"]["16"]
    note = found["operations"]["note_heard"] or {"gateway_us": 0, "server_us": 0}
    active = sessions * ACTIVE
    requests, refreshes = active * REQUESTS, active / REFRESHED_EVERY
    loads_of_refresh, swaps_of_refresh = calls_of_refresh(found)
    # One request in ten seconds finds nothing in a cache of one second, and its use is a row to be written.
    loads, swaps, touches = requests + refreshes * (loads_of_refresh - 1), refreshes * swaps_of_refresh, requests

    cold, refresh = (per_request(found, phase, "gateway_us") for phase in ("cold", "refresh"))
    gateway = requests * cold + refreshes * (refresh - cold) + touches * cost["touch"]["gateway_us"]
    server = loads * cost["load"]["server_us"] + swaps * cost["swap"]["server_us"] + touches * cost["touch"]["server_us"]
    shared = found["operations"]["note_heard"] is not None
    gateways = max(2 if shared else 1, math.ceil(gateway / 1e6 / BUSY / CORES), math.ceil(active / BROWSERS))
    # Each change is told to every gateway, and each gateway has the sessions counted once a minute.
    gateway += swaps * gateways * note["gateway_us"]
    notes = swaps * gateways * note["server_us"]
    counts = sessions * gateways / PURGED_EVERY * cost_of_counting_one(found)
    return {
        "requests/s": requests,
        "refreshes/s": refreshes,
        "loads/s": loads,
        "swaps/s": swaps,
        "last uses/s": touches,
        "GB kept": sessions * list(found["operations"]["bytes"].values())[-1] / 1e9,
        "MB/s written": (swaps * cost["swap"]["written"] + touches * cost["touch"]["written"]) / 1e6,
        "gateway cores": gateway / 1e6 / BUSY,
        "server cores": (server + notes + counts) / 1e6 / BUSY,
        "  of these for notes": notes / 1e6 / BUSY,
        "  of these for counts": counts / 1e6 / BUSY,
        "gateways": gateways,
        "GB of browsers": active * found["requests"]["idle_connection"] / 1e9,
        "store connections": gateways * (STORE_CONNECTIONS * CORES + 1) if shared else 0,
    }


def short(number):
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"


def print_scaling(report):
    for name, found in report.items():
        columns = [at(sessions, found) for sessions in SESSIONS]
        print(f"\n{name + ', sessions':<24}" + "".join(f"{sessions:>14,}" for sessions in SESSIONS))
        for row in columns[0]:
            print(f"  {row:<22}" + "".join(f"{short(column[row]):>14}" for column in columns))


if __name__ == "__main__":
    results = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent / "results/stores.json")
    print_scaling(json.loads(results.read_text()))
