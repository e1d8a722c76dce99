#!/usr/bin/env python3
"""Follows what the documentation points at: links to files and headings, scripts and subcommands in commands.

That docs/configuration.md is current is test/unit/config's affair.
"""

import re
import sys
from pathlib import PurePosixPath

from tree import ROOT, Finding, files, line_of, read, report

_LINK = re.compile(r"(?<!\!)\[[^\]\n]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)|!\[[^\]\n]*\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^```[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"(?:^|[\s(`\"'])((?:scripts|tools|test|\.ci)/[\w./-]*\w)")
_SUBCOMMAND = re.compile(r"^\s*(?:\$ )?(?:build/\w+/)?cloche ([a-z][a-z-]*)\b", re.MULTILINE)


def without_code(markdown):
    """Fenced blocks and inline code blanked out; every line stays where it was."""
    markdown = _FENCE.sub(lambda m: re.sub(r"[^\n]", " ", m.group(0)), markdown)
    return re.sub(r"`[^`\n]*`", lambda m: " " * len(m.group(0)), markdown)


def anchors(markdown):
    """The ids that headings get (as GitHub makes them)."""
    made, count = set(), {}
    plain = _FENCE.sub("", markdown)
    for heading in re.findall(r"^#{1,6}\s+(.*?)\s*#*$", plain, re.MULTILINE):
        text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        slug = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
        number = count.get(slug, 0)
        count[slug] = number + 1
        made.add(slug if number == 0 else f"{slug}-{number}")
    return made


def check_links(path, markdown, exists, heading_ids):
    """`exists(path)` and `heading_ids(path)` look at the tree."""
    found = []
    text = without_code(markdown)
    for match in _LINK.finditer(text):
        link = match.group(1) or match.group(2)
        if re.match(r"[a-z][a-z0-9+.-]*:", link):
            continue
        line = line_of(text, match.start())
        target, _, anchor = link.partition("#")
        full = path
        if target:
            parts = []
            for part in (PurePosixPath(path).parent / target).parts:
                if part == "..":
                    if not parts:
                        parts = None
                        break
                    parts.pop()
                elif part != ".":
                    parts.append(part)
            full = None if parts is None else "/".join(parts)
            if full is None or not exists(full):
                found.append(Finding(path, line, f"links to {target}, which is not there"))
                continue
        if anchor and full.endswith(".md") and anchor not in heading_ids(full):
            found.append(Finding(path, line, f"links to #{anchor}, which is no heading of {full}"))
    return found


def check_commands(path, markdown, exists, subcommands):
    found = []
    for fence in _FENCE.finditer(markdown):
        block = fence.group(1)
        for match in _COMMAND.finditer(block):
            if not exists(match.group(1)):
                line = line_of(markdown, fence.start(1) + match.start(1))
                found.append(Finding(path, line, f"calls {match.group(1)}, which is not there"))
        for match in _SUBCOMMAND.finditer(block):
            if match.group(1) not in subcommands:
                line = line_of(markdown, fence.start(1) + match.start(1))
                found.append(Finding(path, line, f"calls `cloche {match.group(1)}`, which is no subcommand"))
    return found


def subcommands_of(code):
    return set(re.findall(r"add_subcommand\(\s*\"([a-z-]+)\"", code))


def main():
    subcommands = set()
    for source in files(".cpp", under="src/cli"):
        subcommands |= subcommands_of(read(source))
    found = []
    for required in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "LICENSE", "docs/configuration.md"):
        if not (ROOT / required).is_file():
            found.append(Finding(required, 0, "is missing"))
    for path in files(".md"):
        markdown = read(path)
        found += check_links(path, markdown, lambda p: (ROOT / p).exists(), lambda p: anchors(read(p)))
        found += check_commands(path, markdown, lambda p: (ROOT / p).exists(), subcommands)
    return report(found)


if __name__ == "__main__":
    sys.exit(main())
