"""The files of the project, for the checks of this folder."""

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, order=True)
class Finding:
    """What a check has against a line. `line` 0: against the file."""

    path: str
    line: int
    what: str

    def __str__(self):
        place = f"{self.path}:{self.line}" if self.line else self.path
        return f"{place}: {self.what}"


def files(*suffixes, under=""):
    """Paths relative to ROOT of everything that is, or could be, committed; sorted."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", under or "."],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0:
        names = listed.stdout.decode().split("\0")
    else:  # an exported tree
        names = [os.path.relpath(Path(folder) / name, ROOT) for folder, _, found in os.walk(ROOT / under) for name in found]
        names = [name for name in names if not re.match(r"(\.git|build|data)/|(.*/)?node_modules/", name)]
    wanted = {name for name in names if name and (not suffixes or name.endswith(suffixes))}
    return sorted(name for name in wanted if (ROOT / name).is_file())


def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


_PARTS = re.compile(
    r"""(?P<raw>R"(?P<mark>[^()\\\s]{0,16})\(.*?\)(?P=mark)")
      | (?P<text>"(?:\\.|[^"\\\n])*")
      | (?P<letter>'(?:\\.|[^'\\\n])+')
      | (?P<line>//(?:\\\n|[^\n])*)
      | (?P<block>/\*.*?\*/)
      | (?P<number>\b\d[\w']*)""",
    re.DOTALL | re.VERBOSE,
)


def without_comments_and_texts(code):
    """C++ with comments and the insides of literals blanked out; every line stays where it was."""

    def blank(match):
        if match.lastgroup == "number" or match.group("number"):
            return match.group(0)
        kept = re.sub(r"[^\n]", " ", match.group(0))
        if match.group("raw") or match.group("text"):
            return '"' + kept[1:-1] + '"'
        return kept

    return _PARTS.sub(blank, code)


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def report(findings):
    """Prints them and gives the exit status."""
    for finding in sorted(set(findings)):
        print(finding)
    return 1 if findings else 0
