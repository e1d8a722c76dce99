"""Load on a proxy from core 1, and what it cost the proxy. Each gives a dictionary of figures, or ends the run: a figure
with errors in it is worthless."""
import json
import re
import subprocess
import sys
import time


def refuse(proxy, text):
    sys.exit(f"bench: {proxy.name} ({proxy.scheme}) answered with errors, the figure would be worthless:\n{text}")


def measured(proxy, command):
    """What `command` said, the seconds it took, and the processor time that the proxy spent meanwhile."""
    before, started = proxy.cpu_seconds(), time.monotonic()
    done = subprocess.run(["taskset", "-c", "1", *map(str, command)], capture_output=True, text=True)
    elapsed = time.monotonic() - started
    return done.stdout + done.stderr, elapsed, proxy.cpu_seconds() - before


def fields(proxy):
    return [part for line in proxy.headers() for part in ("-H", line)]


def pseudo_fields(proxy):
    """The same for HTTP/2, where a host that is not the authority is refused."""
    return [part.replace("Host: ", ":authority: ") for part in fields(proxy)]


def in_microseconds(text):
    """Of a time as wrk writes it; of too few requests it has none."""
    found = re.fullmatch(r"([\d.]+)(us|ms|s|m)", text)
    if not found:
        return 0.0
    return float(found.group(1)) * {"us": 1, "ms": 1e3, "s": 1e6, "m": 60e6}[found.group(2)]


def wrk(proxy, target, connections, seconds):
    """HTTP/1.1, each connection as fast as it is answered."""
    text, elapsed, used = measured(proxy, ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", *fields(proxy), proxy.url(target)])
    found = re.search(r"(\d+) requests in", text)
    if not found or int(found.group(1)) == 0 or "Non-2xx" in text or "Socket errors" in text:
        refuse(proxy, text)
    requests = int(found.group(1))
    latency = {p: in_microseconds(re.search(rf"^ +{p}% +(\S+)", text, re.M).group(1)) for p in ("50", "99")}
    return figures(proxy, requests, elapsed, used) | {"p50_us": latency["50"], "p99_us": latency["99"]}


def h2load(proxy, target, connections, streams, seconds):
    """HTTP/2 over TLS, each stream as fast as it is answered."""
    text, elapsed, used = measured(proxy, ["h2load", "-t1", f"-c{connections}", f"-m{streams}", f"-D{seconds}", *pseudo_fields(proxy), proxy.url(target)])
    return figures(proxy, succeeded(proxy, text, "h2"), elapsed, used)


def paced(proxy, outside, target, connections, rate, seconds):
    """HTTP/1.1, `rate` requests a second one by one, however long they take. `outside`: the process of bench_upstream."""
    request = "\r\n".join([f"GET {proxy.prefix}{target} HTTP/1.1", *proxy.headers(), "", ""])
    before, started = proxy.cpu_seconds(), time.monotonic()
    outside.stdin.write(f"{proxy.port} {rate:.0f} {rate * seconds:.0f} {connections} {len(request)}\n{request}")
    outside.stdin.flush()
    text = outside.stdout.readline()
    elapsed, used = time.monotonic() - started, proxy.cpu_seconds() - before
    if not text.startswith("{"):
        refuse(proxy, text)
    found = json.loads(text)
    return figures(proxy, found.pop("requests"), elapsed, used) | found


def succeeded(proxy, text, protocol):
    found = re.search(r"(\d+) done, (\d+) succeeded, (\d+) failed, (\d+) errored", text)
    codes = re.search(r"status codes: (\d+) 2xx, 0 3xx, 0 4xx, 0 5xx", text)
    if not found or not codes or int(codes.group(1)) == 0 or f"protocol: {protocol}" not in text.lower():
        refuse(proxy, text)
    return int(codes.group(1))


def upload(proxy, target, file, times):
    """One body after the other on one connection; the most memory that it took."""
    proxy.forget_most()
    before = proxy.resident()
    urls = [proxy.url(target)] * times
    text, elapsed, used = measured(
        proxy, ["curl", "-sS", "-k", "--noproxy", "*", *fields(proxy), "-H", "Expect:", "-w", "%{http_code}\\n", "--fail-early",
                *(part for url in urls for part in ("-o", "/dev/null", "-T", file, url)), "-X", "POST"])
    if text.split() != ["200"] * times:
        refuse(proxy, text)
    return figures(proxy, times, elapsed, used) | {"grown_mb": proxy.most_resident() - before}


def figures(proxy, requests, elapsed, used):
    return {"cpu_us": used / requests * 1e6, "rate": requests / elapsed, "core": used / elapsed, "rss_mb": proxy.resident()}
