"""The proxies that bench/run.py compares: how each is started, on core 0, with one thread, doing the same work."""
import contextlib
import os
import pathlib
import re
import signal
import ssl
import subprocess
import tempfile
import urllib.request

from machine import BINARY, ROOT, UPSTREAM, cpu_seconds, family, free_port, on_core, resident, wait_for

# With the session's cookie about 1.2 KB, as browsers bring along.
FOREIGN = "theme=dark; lang=en; " + "; ".join(f"pref{i}={'v' * 90}" for i in range(11))
SESSIONS = 1001


class Proxy:
    """One address of a proxy. `name` is of the proxy; `scheme` of this address."""

    def __init__(self, name, scheme, port, process, cookie, prefix):
        self.name, self.scheme, self.process, self.cookie, self.prefix = name, scheme, process, cookie, prefix
        self.port = port

    def url(self, target):
        return f"{self.scheme}://127.0.0.1:{self.port}{self.prefix}{target}"

    def headers(self):
        # The host that Cloche knows as its own; the others take any.
        return [f"Cookie: {self.cookie}", "Host: localhost", "Origin: " + f"{self.scheme}://localhost", "Sec-Fetch-Site: same-origin"]

    def pids(self):
        return family(self.process.pid)

    def cpu_seconds(self):
        return cpu_seconds(self.pids())

    def resident(self):
        return resident(self.pids())

    def most_resident(self):
        """The most it ever had since forget_most(), in MB."""
        return resident(self.pids(), "VmHWM")

    def forget_most(self):
        for pid in self.pids():
            pathlib.Path(f"/proc/{pid}/clear_refs").write_text("5")


def start_cloche(folder, api, store, scheme="http", under=(), sessions=SESSIONS, threads=1, cores="0"):
    """`store`: as the configuration names it. `under`: a command that runs it, such as a profiler."""
    port = free_port()
    kind = store.split(":")[0]
    name = f"cloche ({kind})"
    config = folder / f"cloche-{kind}-{scheme}.yaml"
    secure = f"tls: {{ certificates: [ {{ certificate: {folder}/certificate.pem, key: {folder}/key.pem }} ] }}\n"
    config.write_text(
        f"listen: 127.0.0.1:{port}\nserver_timing: off\noperations: 127.0.0.1:0\npublic_url: {scheme}://localhost\n"
        f"data: {folder}/data-{kind}-{scheme}\nthreads: {threads}\nupstream: http://127.0.0.1:{api}\n"
        f"session: {{ store: '{store}' }}\nprovider: {{ kind: json-api, user: none }}\n"
        f"proxy: {{ websockets: [ /ws ] }}\ntimeouts: {{ idle: 10m }}\n" + (secure if scheme == "https" else ""))
    log = open(folder / f"cloche-{kind}-{scheme}.log", "w")
    process = on_core(cores, [*under, BINARY, "serve", "--config", config], stderr=log, stdout=log)
    wait_for(port, process)
    cookie = sign_in(scheme, port, "/api/auth/login", sessions)
    return [Proxy(name, scheme, port, process, f"{FOREIGN}; {cookie}", "/api/proxy")]


def sign_in(scheme, port, path, times):
    """So many sessions; the cookie of one amid them."""
    trust = ssl.create_default_context()
    trust.check_hostname, trust.verify_mode = False, ssl.CERT_NONE
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=trust))
    cookies = []
    for _ in range(times):
        request = urllib.request.Request(
            f"{scheme}://127.0.0.1:{port}{path}", data=b'{"email":"bench@example.com","password":"x"}',
            headers={"Content-Type": "application/json", "Origin": f"{scheme}://localhost", "Host": "localhost"})
        with opener.open(request) as answer:
            cookies.append(answer.headers["Set-Cookie"].split(";")[0])
    return cookies[times // 2]


# What Cloche says besides: to the API who asks, to the browser how to treat the answer.
SAME_FIELDS = """
proxy_set_header X-Forwarded-Host $host; proxy_set_header X-Forwarded-Proto $scheme; proxy_set_header X-Request-Id $request_id;
proxy_set_header Forwarded "for=\\"$remote_addr\\";host=\\"$host\\";proto=\\"$scheme\\"";
proxy_set_header traceparent 00-$request_id-0123456789abcdef-01; proxy_set_header Via "1.1 nginx";
add_header Cache-Control "private, no-store"; add_header X-Content-Type-Options nosniff;
add_header Cross-Origin-Resource-Policy same-origin; add_header X-Request-Id $request_id;
"""


def start_peer(name, folder, api, command, template, fields=""):
    """At two addresses: in the clear and over TLS, where HTTP/2 can be chosen."""
    ports = {"http": free_port(), "https": free_port()}
    text = (ROOT / "bench/peers" / template).read_text()
    plain_name = re.sub(r"\W+", "-", name)
    config = folder / f"{plain_name}.conf"
    known = {"FOLDER": folder, "NAME": plain_name, "PORT": ports["http"], "TLS_PORT": ports["https"], "API": api, "FIELDS": fields}
    for key, value in known.items():
        text = text.replace(f"@{key}@", str(value))
    config.write_text(text)
    process = on_core(0, [*command, config], stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    wait_for(ports["http"], process)
    return [Proxy(name, scheme, port, process, f"{FOREIGN}; sid=session500{'x' * 33}", "") for scheme, port in ports.items()]


def start_nginx(folder, api):
    return start_peer("nginx", folder, api, ["nginx", "-p", folder, "-c"], "nginx.conf.in")


def start_nginx_same_fields(folder, api):
    return start_peer("nginx, same fields", folder, api, ["nginx", "-p", folder, "-c"], "nginx.conf.in", SAME_FIELDS)


def start_haproxy(folder, api):
    return start_peer("haproxy", folder, api, ["haproxy", "-q", "-f"], "haproxy.cfg.in")


def start_fastify(folder, api):
    port = free_port()
    process = on_core(0, ["node", ROOT / "bench/peers/fastify/server.mjs", port, api], env={**os.environ, "NODE_ENV": "production"})
    wait_for(port, process)
    return [Proxy("fastify", "http", port, process, f"{FOREIGN}; {sign_in('http', port, '/login', SESSIONS)}", "/api")]


def prepare(folder):
    """What the proxies read: a certificate, and the sessions of those that have no store."""
    made = folder / "made"
    subprocess.run([BINARY, "dev-cert", made], check=True, capture_output=True)
    for name in ("certificate.pem", "key.pem"):
        (folder / name).write_bytes((made / name).read_bytes())
    (folder / "both.pem").write_bytes((made / "certificate.pem").read_bytes() + (made / "key.pem").read_bytes())
    token = "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9." + "A" * 600 + "." + "B" * 86
    with open(folder / "sessions.map", "w") as nginx, open(folder / "haproxy.map", "w") as haproxy:
        for i in range(SESSIONS):
            sid = f"session{i}{'x' * 33}"
            nginx.write(f"{sid} {token};\n")
            haproxy.write(f"{sid} {token}\n")


def stop(processes):
    for process in processes:
        process.send_signal(signal.SIGTERM)
    for process in processes:
        process.wait(timeout=30)


@contextlib.contextmanager
def stage():
    """A folder with what the proxies read, the API's port, and a list of processes that are ended with it."""
    with tempfile.TemporaryDirectory(prefix="cloche-bench-") as name:
        folder, api = pathlib.Path(name), free_port()
        processes = [on_core(1, [UPSTREAM, api], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)]
        try:
            wait_for(api, processes[0])
            prepare(folder)
            yield folder, api, processes
        finally:
            stop(processes)
