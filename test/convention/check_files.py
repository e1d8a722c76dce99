#!/usr/bin/env python3
"""What holds for files of every kind: no test is switched off, no template leaves out escaping, no trace of somebody's
machine, nothing left to do; headers say what they are for; lines end as .editorconfig says."""

import re
import sys

from tree import Finding, files, line_of, read, report

_THIS_FOLDER = "test/convention/"
_TEXT = (".cpp", ".hpp", ".mjs", ".js", ".ts", ".py", ".md", ".txt", ".cmake", ".json", ".yaml", ".yml", ".html", ".css", ".sh", ".sql")

RULES = [
    # (suffixes, pattern, what is wrong)
    ((".cpp", ".hpp"), r"\bGTEST_SKIP\b|\bDISABLED_\w", "a test that is switched off"),
    ((".mjs", ".js", ".ts"), r"\b(?:test|it|describe|suite)\.(?:skip|todo|only)\b|\bt\.(?:skip|todo)\(|\b(?:skip|todo|only):\s*(?:true|['\"])",
     "a test that is switched off, or switches others off"),
    ((".html", ".mustache"), r"\{\{\{|\{\{\s*&", "a value that is not escaped"),
    (None, r"\b(?:TODO|FIXME|XXX)\b", "left to do"),
    (None, r"(?<![\w.])/(?:work|root|Users)/\w|(?<![\w.])/home/(?!USER\b)\w", "a path of somebody's machine"),
]


def check(path, text):
    found = []
    for suffixes, pattern, what in RULES:
        if suffixes and not path.endswith(suffixes):
            continue
        for match in re.finditer(pattern, text):
            found.append(Finding(path, line_of(text, match.start()), f"{what}: {match.group(0)}"))
    if path.endswith((".hpp", ".cpp", ".mjs", ".py", ".md", ".yaml", ".cmake")):
        found += check_ends(path, text)
    if path.endswith(".hpp"):
        found += check_header(path, text)
    return found


def check_ends(path, text):
    found = []
    if "\r" in text:
        found.append(Finding(path, line_of(text, text.index("\r")), "a carriage return"))
    if text and not text.endswith("\n"):
        found.append(Finding(path, 0, "the last line has no end"))
    for match in re.finditer(r"[ \t]+$", text, re.MULTILINE):
        found.append(Finding(path, line_of(text, match.start()), "white space at the end of a line"))
    return found


def check_header(path, text):
    found = []
    if not text.startswith("//"):
        found.append(Finding(path, 1, "does not begin with what it is for"))
    if not re.search(r"^#pragma once$", text, re.MULTILINE):
        found.append(Finding(path, 0, "has no #pragma once"))
    return found


def main():
    found = []
    for path in files():
        if path.startswith(_THIS_FOLDER) or not (path.endswith(_TEXT) or path.startswith(("scripts/", "tools/", ".ci/"))):
            continue
        if path.endswith("package-lock.json"):
            continue
        found += check(path, read(path))
    return report(found)


if __name__ == "__main__":
    sys.exit(main())
