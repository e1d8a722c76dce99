#!/usr/bin/env python3
"""Compares what each folder of src includes with its cloche_module line and with the order of layers.

- A folder includes itself and what its DEPENDS names; DEPENDS names nothing that is not included.
- What it depends on has a lower layer, or the same one and does not depend back.
- Each header from outside has its home (HOMES).
- The pure parts (PURE) know no Asio, no database, no log, no clock and no chance.
"""

import re
import sys
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from tree import Finding, files, line_of, read, report, without_comments_and_texts

# Header from outside -> the paths that may include it. The first pattern that matches decides.
HOMES = [
    (r"(sqlite3|libpq-fe|hiredis)", r"src/db/"),
    (r"(cjose|jansson)[./]", r"src/tokens/"),
    (r"openssl/", r"src/crypto/|src/http/(tls|transport)|src/tokens/"),
    (r"boost/asio/ssl", r"src/http/|src/runtime/asio_src\.cpp"),
    (r"sodium", r"src/(base|crypto)/"),
    (r"yaml-cpp/", r"src/config/"),
    (r"prometheus/", r"src/observability/"),
    (r"(kainjow/)?mustache", r"src/pages/"),
    (r"curl/", r"src/identity/"),
    (r"CLI/", r"src/cli/"),
    (r"cloche/", r"src/(embed|cli)/"),
    (r"boost/beast", r"(?!)"),
    (r"nghttp2/", r"src/http/http2"),
]

PURE = re.compile(
    r"src/(base|crypto|cookies|tokens|pages)/"
    r"|src/[a-z_]+/[a-z0-9_]*(_policy|_fsm|refresh_family)\.[hc]pp$"
    r"|src/http/(head_parser|head_writer|framing|field_id|target|message)\.[hc]pp$"
)
IMPURE_INCLUDE = re.compile(r"boost/asio|sqlite3\.h|observability/log\.hpp|observability/audit\.hpp|<random>")
IMPURE_CALL = re.compile(
    r"\b(system_clock|steady_clock|high_resolution_clock)::now\s*\(|\b(random_device|mt19937)\b|\bstd::time\s*\(|\brand\s*\("
)
# Where time and chance come from.
SOURCES_OF_TIME = ("src/base/clock.hpp",)

# Only `app` puts the parts together: it alone names the variants behind an interface.
VARIANTS = [
    (r"session/(memory|sqlite|postgres|redis)_session_store\.hpp", r"src/(session|app)/"),
    (r"identity/(sqlite|postgres)_identity_store\.hpp", r"src/(identity|app)/"),
    (r"providers/\w+_provider\.hpp", r"src/(providers|app)/"),
]


@dataclass
class Module:
    name: str
    layer: int
    depends: list = field(default_factory=list)
    sources: list = field(default_factory=list)


def parse_module(cmake):
    """The cloche_module(...) of a CMakeLists.txt, or None."""
    cmake = re.sub(r"#.*", "", cmake)
    call = re.search(r"\bcloche_module\s*\(([^)]*)\)", cmake)
    if not call:
        return None
    values, key = {}, None
    for word in call.group(1).split():
        if word in ("NAME", "LAYER", "DEPENDS", "LINK", "ASIO", "SOURCES"):
            key = word
            values.setdefault(key, [])
        elif key:
            values[key].append(word)
    return Module(values["NAME"][0], int(values["LAYER"][0]), values.get("DEPENDS", []), values.get("SOURCES", []))


_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">]+)[">]', re.MULTILINE)


def includes(code):
    """[(line, "\"" or "<", what)]"""
    return [(line_of(code, m.start()), m.group(1), m.group(2)) for m in _INCLUDE.finditer(code)]


def check_modules(modules):
    """Findings on the cloche_module lines alone. `modules`: folder -> Module."""
    found = []
    for folder, module in modules.items():
        path = f"src/{folder}/CMakeLists.txt"
        if module.name != folder:
            found.append(Finding(path, 0, f"the module is called {module.name}, its folder {folder}"))
        for name in module.depends:
            other = modules.get(name)
            if other is None:
                found.append(Finding(path, 0, f"depends on {name}, which is no folder of src"))
            elif other.layer > module.layer:
                found.append(Finding(path, 0, f"layer {module.layer} depends on {name}, layer {other.layer}"))
            elif other.layer == module.layer and folder in other.depends:
                found.append(Finding(path, 0, f"{folder} and {name} depend on each other"))
    return found


def check_file(path, code, modules):
    """(findings, folders included) of one file under src."""
    found, used = [], set()
    folder = PurePosixPath(path).parts[1]
    module = modules.get(folder)
    pure = PURE.search(path) and path not in SOURCES_OF_TIME
    for line, kind, what in includes(code):
        if kind == '"':
            target = what.split("/")[0]
            if "/" not in what:
                found.append(Finding(path, line, f'"{what}" does not name its folder'))
            elif target != folder:
                used.add(target)
                if module and target not in module.depends:
                    found.append(Finding(path, line, f"{folder} includes {what}, but does not depend on {target}"))
            for pattern, home in VARIANTS:
                if re.match(pattern, what) and not re.match(home, path):
                    found.append(Finding(path, line, f"only app names {what}"))
        else:
            for pattern, home in HOMES:
                if re.match(pattern, what):
                    if not re.match(home, path):
                        found.append(Finding(path, line, f"<{what}> is not at home here"))
                    break
        if pure and IMPURE_INCLUDE.match(what if what != "random" else "<random>"):
            found.append(Finding(path, line, f"a pure file includes {what}"))
    if pure and not path.startswith("src/crypto/random"):
        clean = without_comments_and_texts(code)
        for call in IMPURE_CALL.finditer(clean):
            found.append(Finding(path, line_of(clean, call.start()), f"a pure file calls {call.group(0).strip('( ')}"))
    return found, used


def check_sources(folder, module, cmake, present):
    """Every .cpp of the folder is built: listed by the module, or by a target of its own."""
    built = set(re.findall(r"[\w./-]+\.cpp", re.sub(r"#.*", "", cmake)))
    path = f"src/{folder}/CMakeLists.txt"
    found = [Finding(f"src/{folder}/{name}", 0, "is not built") for name in present if name not in built]
    found += [Finding(path, 0, f"{name} is not there") for name in module.sources if name not in present and "$" not in name]
    return found


def main():
    folders = sorted({PurePosixPath(path).parts[1] for path in files(".hpp", ".cpp", under="src")})
    found, modules, cmakes = [], {}, {}
    for folder in folders:
        path = f"src/{folder}/CMakeLists.txt"
        try:
            cmakes[folder] = read(path)
        except FileNotFoundError:
            found.append(Finding(path, 0, "is missing"))
            continue
        module = parse_module(cmakes[folder])
        if module:
            modules[folder] = module
        elif folder != "cli":  # an executable, which nothing can include
            found.append(Finding(path, 0, "has no cloche_module line"))
    found += check_modules(modules)
    used = {folder: set() for folder in folders}
    for path in files(".hpp", ".cpp", under="src"):
        findings, folders_used = check_file(path, read(path), modules)
        found += findings
        used[PurePosixPath(path).parts[1]] |= folders_used
    for folder, module in modules.items():
        for name in module.depends:
            if name not in used[folder]:
                found.append(Finding(f"src/{folder}/CMakeLists.txt", 0, f"depends on {name}, and includes nothing of it"))
        present = [path.removeprefix(f"src/{folder}/") for path in files(".cpp", under=f"src/{folder}")]
        found += check_sources(folder, module, cmakes[folder], present)
    return report(found)


if __name__ == "__main__":
    sys.exit(main())
