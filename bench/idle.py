#!/usr/bin/env python3
"""Measures what connections that do nothing cost: resident bytes of the gateway for each, after one request on it.

    scripts/bench idle [--connections N] [--crowd N] [--json FILE]

The descriptors that the system lets one process have bound N connections: one of them is this script's, one the
gateway's. A crowd is spread over as many gateways, and processes that hold the other ends, as it takes for all of them to
be open at one time; what a person gets who comes then is measured too.
"""
import argparse
import base64
import json
import multiprocessing
import os
import pathlib
import resource
import socket
import ssl
import sys
import time

import loads
import proxies
from machine import ROOT

IP_BIND_ADDRESS_NO_PORT = 24  # ip(7)
SETTLE = 3  # seconds after which a gateway has given back what it does not need


def read_head(stream):
    got = b""
    while b"\r\n\r\n" not in got:
        piece = stream.recv(4096)
        if not piece:
            sys.exit(f"bench: a connection was closed: {got!r}")
        got += piece
    head, body = got.split(b"\r\n\r\n", 1)
    return head, body


def plain(proxy, index):
    # More than one address of our own: each has 28,000 ports. They are chosen when it is known where they lead to, or none
    # would be left for the gateway.
    stream = socket.socket()
    stream.setsockopt(socket.IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1)
    stream.bind((f"127.0.0.{2 + index // 10000}", 0))
    stream.connect(("127.0.0.1", proxy.port))
    return stream


def secure(protocols):
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_alpn_protocols(protocols)

    def connect(proxy, index):
        return context.wrap_socket(plain(proxy, index), server_hostname="localhost")
    return connect


def ask(stream, proxy, cookie):
    stream.sendall(f"GET {proxy.prefix}/data HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\r\n".encode())
    head, body = read_head(stream)
    if not head.startswith(b"HTTP/1.1 200"):
        sys.exit(f"bench: {head!r}")
    while len(body) < 1024:
        body += stream.recv(4096)


def ask_http2(stream, proxy, cookie):
    def frame(kind, flags, number, payload):
        return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + number.to_bytes(4, "big") + payload

    def literal(name, value):
        def sized(text):
            data = text.encode()
            if len(data) < 127:
                return bytes([len(data)]) + data
            rest, out = len(data) - 127, [127]
            while rest >= 128:
                out.append(rest % 128 + 128)
                rest //= 128
            return bytes([*out, rest]) + data
        return b"\x00" + sized(name) + sized(value)

    fields = [(":method", "GET"), (":scheme", "https"), (":authority", "localhost"), (":path", f"{proxy.prefix}/data"), ("cookie", cookie)]
    stream.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0, b"") + frame(1, 5, 1, b"".join(literal(*field) for field in fields)))
    got = 0
    while got < 1024:
        piece = stream.recv(65536)
        if not piece:
            sys.exit("bench: the HTTP/2 connection was closed")
        got += len(piece)


def ask_websocket(stream, proxy, cookie):
    key = base64.b64encode(os.urandom(16)).decode()
    stream.sendall(
        f"GET {proxy.prefix}/ws HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\nCookie: {cookie}\r\n\r\n".encode())
    head, _ = read_head(stream)
    if not head.startswith(b"HTTP/1.1 101"):
        sys.exit(f"bench: {head!r}")


def rest(pipe, proxy, number):
    """Holds so many connections that have asked once, until told to go."""
    held = []
    for index in range(number):
        held.append(plain(proxy, index))
        ask(held[-1], proxy, proxy.cookie)
    pipe.send(number)
    pipe.recv()


def crowd(folder, api, number, most):
    """HTTP/1.1, all at one time. One gateway more has none of them: what it is asked shows what the system does to both."""
    count = -(-number // most)
    gateways, pipes, holders = [], [], []
    try:
        for i in range(count + 1):
            own = folder / f"gateway{i}"
            own.mkdir()
            gateways += proxies.start_cloche(own, api, "memory", sessions=1)
        full, empty = gateways[:count], gateways[count]
        time.sleep(SETTLE)
        before = sum(proxy.resident() for proxy in full)
        alone = loads.wrk(full[0], "/data", 64, 2)
        for proxy in full:
            ours, theirs = multiprocessing.Pipe()
            holders.append(multiprocessing.Process(target=rest, args=(theirs, proxy, number // count), daemon=True))
            holders[-1].start()
            theirs.close()  # so that its end is seen
            pipes.append(ours)
        opened = sum(pipe.recv() for pipe in pipes)
        time.sleep(SETTLE)
        after = sum(proxy.resident() for proxy in full)
        used = sum(proxy.cpu_seconds() for proxy in full)
        time.sleep(SETTLE)
        used = (sum(proxy.cpu_seconds() for proxy in full) - used) / SETTLE
        amid = loads.wrk(full[0], "/data", 64, 2)
        beside = loads.wrk(empty, "/data", 64, 2)
        for pipe in pipes:
            pipe.send("go")
        for holder in holders:
            holder.join()
    finally:
        proxies.stop([proxy.process for proxy in gateways])
    return {"number": opened, "gateways": count, "before_mb": before, "after_mb": after, "bytes": (after - before) * 1024 * 1024 / opened,
            "core": used, "alone": alone, "amid": amid, "beside": beside}


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--connections", type=int, default=4000)
    arguments.add_argument("--crowd", type=int, default=0, help="so many more, all at one time")
    arguments.add_argument("--json", default=str(ROOT / "bench/results/idle.json"))
    chosen = arguments.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    most = min(chosen.connections, (hard - 500) // 2)

    report = {}
    with proxies.stage() as (folder, api, _):
        print(f"{'connections at rest':<28}{'number':>8}{'RSS before':>12}{'after':>8}{'bytes each':>12}")
        for title, scheme, connect, request in (
            ("HTTP/1.1", "http", plain, ask),
            ("WebSocket", "http", plain, ask_websocket),
            ("HTTP/1.1 over TLS", "https", secure(["http/1.1"]), ask),
            ("HTTP/2 over TLS", "https", secure(["h2"]), ask_http2),
        ):
            proxy = proxies.start_cloche(folder, api, "memory", scheme)[0]
            try:
                number = most // 2 if title == "WebSocket" else most  # each has one to the API as well
                time.sleep(SETTLE)
                before = proxy.resident()
                held = []
                for index in range(number):
                    stream = connect(proxy, index)
                    request(stream, proxy, proxy.cookie)
                    held.append(stream)
                time.sleep(SETTLE)
                after = proxy.resident()
                each = (after - before) * 1024 * 1024 / number
                print(f"{title:<28}{number:>8}{before:>9.1f} MB{after:>5.1f} MB{each:>12.0f}", flush=True)
                report[title] = {"number": number, "before_mb": before, "after_mb": after, "bytes": each}
                for stream in held:
                    stream.close()
            finally:
                proxies.stop([proxy.process])
        if chosen.crowd:
            found = crowd(folder, api, chosen.crowd, hard - 2000)
            print(f"{found['number']} at {found['gateways']} gateways: {found['before_mb']:.0f} MB before, {found['after_mb']:.0f} MB after, {found['bytes']:.0f} bytes each, "
                  f"{100 * found['core']:.1f} % of a core")
            for when in ("alone", "amid", "beside"):
                print(f"64 busy connections, {when}: {found[when]['rate']:.0f} requests/s, {found[when]['cpu_us']:.1f} us of CPU, p99 {found[when]['p99_us']:.0f} us")
            report["crowd"] = found
    pathlib.Path(chosen.json).parent.mkdir(parents=True, exist_ok=True)
    pathlib.Path(chosen.json).write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
