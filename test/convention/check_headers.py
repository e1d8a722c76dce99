#!/usr/bin/env python3
"""Compiles every header of src alone, twice included: what it needs, it brings.

check_headers.py [FOLDER]: a build folder with compile_commands.json (build/release). Headers that passed and have not
changed since, nor anything of ours that they include, are passed over.
"""

import concurrent.futures
import hashlib
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from tree import ROOT, Finding, files, report

COMPILER = "clang++-19"
_OURS = re.compile(r'^[ \t]*#[ \t]*include[ \t]*"([^"]+)"', re.MULTILINE)
_KEPT = re.compile(r"-(I|D|isystem)")


def flags_of(build):
    """folder of src -> include paths and definitions its files are compiled with."""
    flags = {}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        parts = Path(os.path.relpath(entry["file"], ROOT)).parts
        if len(parts) < 3 or parts[0] != "src" or parts[1] in flags:
            continue
        words, kept, i = shlex.split(entry["command"]), [], 0
        while i < len(words):
            if words[i] in ("-I", "-D", "-isystem"):
                kept += words[i : i + 2]
                i += 1
            elif _KEPT.match(words[i]):
                kept.append(words[i])
            i += 1
        flags[parts[1]] = kept
    return flags


def closure(header, seen=None):
    """The header and what it includes of ours, sorted."""
    seen = set() if seen is None else seen
    if header in seen or not (ROOT / header).is_file():
        return seen
    seen.add(header)
    for name in _OURS.findall((ROOT / header).read_text()):
        closure(f"src/{name}", seen)
    return seen


def fingerprint(header, flags):
    digest = hashlib.sha256(" ".join(flags).encode())
    for path in sorted(closure(header)):
        digest.update((ROOT / path).read_bytes())
    return digest.hexdigest()


def compile_alone(header, flags):
    """What the compiler has against it; empty if nothing."""
    include = header.removeprefix("src/")
    run = subprocess.run(
        [COMPILER, "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", *flags, "-I", str(ROOT / "src"), "-xc++", "-"],
        input=f'#include "{include}"\n#include "{include}"\n',
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    return "" if run.returncode == 0 else (run.stderr.strip() or f"{COMPILER} failed")


def main():
    build = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build/release"
    flags = flags_of(build)
    memory = build / "headers_that_stand_alone.json"
    known = json.loads(memory.read_text()) if memory.is_file() else {}
    todo, passed = {}, {}
    for header in files(".hpp", under="src"):
        own = flags.get(header.split("/")[1], [])
        mark = fingerprint(header, own)
        if known.get(header) == mark:
            passed[header] = mark
        else:
            todo[header] = (own, mark)
    found = []
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        answers = pool.map(lambda item: compile_alone(item[0], item[1][0]), todo.items())
        for (header, (_, mark)), errors in zip(todo.items(), answers):
            if errors:
                found.append(Finding(header, 0, "does not compile alone\n" + errors))
            else:
                passed[header] = mark
    memory.write_text(json.dumps(passed, indent=0, sort_keys=True))
    return report(found)


if __name__ == "__main__":
    sys.exit(main())
