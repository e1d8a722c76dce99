"""The stores that bench/stores.py measures, each with what it says of itself. PostgreSQL and Redis are servers of their
own, on loopback, in a temporary folder, on core 1."""
import os
import pathlib
import re
import shutil
import signal
import sqlite3
import subprocess
import time

from machine import cpu_seconds, family, free_port, on_core, resident, wait_for

POSTGRES = pathlib.Path("/usr/lib/postgresql/15/bin")


def output(*command, **more):
    return subprocess.run([*map(str, command)], check=True, capture_output=True, text=True, **more).stdout


class Memory:
    """In the gateway's process: its bytes are the process's."""

    name = "memory"
    holds = "memory"

    def __init__(self, folder):
        self.where = self.config = "memory"

    def pids(self):
        return []

    def stored(self, program):
        return int(resident([program]) * 1024 * 1024)

    def written(self, program):
        """Of what is written so that it survives."""
        return 0

    def fill_fast(self, fast):
        """Whether the store may take its time with the disk."""

    def settle(self):
        """What its own housekeeping will have done after a while is done now."""

    def watch_calls(self):
        """Forgets the calls so far."""

    def calls(self):
        """How often the store was asked for what. Nothing: nobody counts."""
        return None

    def connections(self):
        return 0

    def stop(self):
        pass


class Sqlite(Memory):
    name = "sqlite"
    holds = "file"

    def __init__(self, folder):
        self.file = folder / "measured.db"
        self.where, self.config = str(self.file), "sqlite"

    def stored(self, program):
        if not self.file.exists():
            return 0
        with sqlite3.connect(self.file) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return self.file.stat().st_size

    def written(self, program):
        # Its write-ahead log and its checkpoints are all that the program writes.
        return int(re.search(r"wchar: (\d+)", open(f"/proc/{program}/io").read()).group(1))


class Server(Memory):
    def start(self, folder, command, signal_to_end, **more):
        self.ends_by = signal_to_end
        self.log = open(folder / f"{self.name}.log", "w")
        self.process = on_core(1, command, stdout=self.log, stderr=self.log, cwd=folder, **more)
        wait_for(self.port, self.process)

    def pids(self):
        return family(self.process.pid)

    def stop(self):
        self.process.send_signal(self.ends_by)
        self.process.wait(timeout=60)


class Postgres(Server):
    name = "postgres"
    holds = "tables and indexes"
    _kinds = (("load", r"WHERE id = \$1$"), ("swap", r"^WITH before"), ("create", r"^WITH made"), ("due", r"UNION ALL"),
              ("flush", r"^WITH used"), ("list", r"WHERE subject ="), ("purge", r"^DELETE FROM"), ("count", r"^SELECT count"))

    def __init__(self, folder):
        own = folder / "postgres"
        own.mkdir()
        as_user = []
        if os.getuid() == 0:  # which it refuses to run as
            shutil.chown(own, "postgres", "postgres")
            folder.chmod(0o755)
            as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        output(*as_user, POSTGRES / "initdb", "-D", own / "data", "-U", "cloche", "-A", "trust", "-E", "UTF8", "--locale=C", cwd=own)
        self.port = free_port()
        options = ("listen_addresses=127.0.0.1", "unix_socket_directories=", "shared_preload_libraries=pg_stat_statements",
                   "shared_buffers=1GB")
        command = [*as_user, POSTGRES / "postgres", "-D", own / "data", "-p", self.port]
        for option in options:
            command += ["-c", option]
        self.start(folder, command, signal.SIGINT)
        self.where = self.config = f"postgres://cloche@127.0.0.1:{self.port}/postgres"
        while subprocess.run([POSTGRES / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]).returncode != 0:
            time.sleep(0.05)
        self.sql("CREATE EXTENSION pg_stat_statements")

    def sql(self, text):
        return output("psql", "-h", "127.0.0.1", "-p", self.port, "-U", "cloche", "-XqAt", "-F", "\t", "-c", text, "postgres")

    def stored(self, program):
        tables = "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relname IN ('cloche_session', 'cloche_session_use')"
        return int(float(self.sql(tables).strip() or 0))

    def written(self, program):
        return int(self.sql("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint"))

    def fill_fast(self, fast):
        self.sql(f"ALTER SYSTEM SET synchronous_commit = {'off' if fast else 'on'}")
        self.sql("SELECT pg_reload_conf()")

    def settle(self):
        self.sql("VACUUM ANALYZE")
        self.sql("CHECKPOINT")

    def watch_calls(self):
        self.sql("SELECT pg_stat_statements_reset()")

    def calls(self):
        found = {}
        for line in self.sql("SELECT calls, replace(query, E'\\n', ' ') FROM pg_stat_statements WHERE query LIKE '%cloche_session%'").splitlines():
            calls, query = line.split("\t", 1)
            kind = next((kind for kind, pattern in self._kinds if re.search(pattern, query.strip())), None)
            if kind:
                found[kind] = found.get(kind, 0) + int(calls)
        return found

    def connections(self):
        return int(self.sql("SELECT count(*) FROM pg_stat_activity WHERE client_port IS NOT NULL AND pid <> pg_backend_pid()"))


class Redis(Server):
    name = "redis"
    holds = "memory of the server"

    def __init__(self, folder):
        own = folder / "redis"
        own.mkdir()
        self.port = free_port()
        # The log is not rewritten: what is written stays countable.
        command = ["redis-server", "--bind", "127.0.0.1", "--port", self.port, "--dir", own, "--save", "", "--appendonly", "yes",
                   "--auto-aof-rewrite-percentage", "0", "--maxmemory-policy", "noeviction"]
        self.start(folder, command, signal.SIGTERM)
        self.where = self.config = f"redis://127.0.0.1:{self.port}"

    def say(self, *words):
        return output("redis-cli", "-p", self.port, *words)

    def number(self, section, name):
        return int(re.search(rf"^{name}:(\d+)", self.say("INFO", section), re.MULTILINE).group(1))

    def stored(self, program):
        return self.number("memory", "used_memory")

    def written(self, program):
        return self.number("persistence", "aof_current_size")

    def watch_calls(self):
        self.say("CONFIG", "RESETSTAT")

    def calls(self):
        """A load is TIME and HMGET in one, a swap the script that publishes, a round of the sweep two ZRANGEBYSCORE."""
        said = dict(re.findall(r"^cmdstat_(\w+):calls=(\d+)", self.say("INFO", "commandstats"), re.MULTILINE))
        count = lambda name: int(said.get(name, 0))
        return {"load": count("time"), "swap": count("publish"), "other scripts": count("evalsha") - count("publish"),
                "due": count("zrangebyscore") // 2}

    def connections(self):
        return self.number("clients", "connected_clients") - 1


STORES = {store.name: store for store in (Memory, Sqlite, Postgres, Redis)}


class Meter:
    """CPU of some processes since it was made, also of those that began meanwhile."""

    def __init__(self, pids):
        self._pids = pids
        self._before = {pid: cpu_seconds([pid]) for pid in pids()}

    def seconds(self):
        return sum(cpu_seconds([pid]) - self._before.get(pid, 0) for pid in self._pids())
