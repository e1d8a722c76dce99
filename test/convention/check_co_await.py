#!/usr/bin/env python3
"""Looks for the coroutine expressions that g++ 12 miscompiles (docs/decisions/0002-coroutine-rules.md).

In a statement with co_await: one co_await, no braces, no lambda, no `?:`; not in a test macro, not in the head of a
range-for. A lambda that is a coroutine captures nothing. What needs types (aggregates passed by value) is for review.
"""

import re
import sys

from tree import Finding, files, line_of, read, report, without_comments_and_texts

_CO = re.compile(r"\bco_await\b")
_MACRO = re.compile(r"\b(EXPECT|ASSERT|STATIC_ASSERT|SCOPED_TRACE|ADD_FAILURE|FAIL|SUCCEED)\w*\s*\(")
_RANGE_FOR = re.compile(r"\bfor\s*\(([^;]*?[^:]):(?!:)([^;]*)")
_LEADING_BINDING = re.compile(r"^\s*(?:\[\[[^\]]*\]\]\s*)?(?:const\s+)?auto\s*&{0,2}\s*\[[\w\s,]*\]\s*=")
_LEADING_ATTRIBUTE = re.compile(r"^\s*\[\[[^\]]*\]\]")
# A `{` behind one of these opens a block; behind another word or `>` it makes a value.
_BLOCK_WORDS = {"else", "do", "try", "const", "noexcept", "override", "final", "mutable"}


def opens_block(code, brace):
    """Whether the `{` at `brace` opens a block, rather than initialising something."""
    before = code[:brace].rstrip()
    if not before or before[-1] in ");{}:":
        return True
    word = re.search(r"[A-Za-z_]\w*$", before)
    if word and word.group(0) in _BLOCK_WORDS:
        return True
    # A return type: `) -> task<void> {`
    head = before[max(before.rfind(c) for c in ";{}") + 1 :]
    return re.search(r"\)\s*(?:mutable\s*|noexcept\s*)*->[^()]*$", head) is not None or re.search(
        r"\b(?:struct|class|union|enum|namespace)\b[^();=]*$", head
    ) is not None


def statement_around(code, position):
    """(start, end) of the statement that the co_await at `position` is part of."""
    start = position
    while start > 0:
        c = code[start - 1]
        if c == ";" and not _inside_for_head(code, start - 1):
            break
        if c == "{" and opens_block(code, start - 1):
            break
        if c == "}" and not _closes_value(code, start - 1):
            break
        start -= 1
    end, depth = position, 0
    opened = code.count("(", start, position) - code.count(")", start, position)
    while end < len(code):
        c = code[end]
        if c == "(":
            depth += 1
        elif c == ")":
            depth -= 1
        elif c == ";" and depth + opened <= 0:
            break
        elif c == "{":
            if opens_block(code, end):
                break
            end = matching(code, end)
            continue
        elif c == "}":
            break
        end += 1
    return start, end


def _inside_for_head(code, semicolon):
    depth = 0
    for i in range(semicolon - 1, max(-1, semicolon - 400), -1):
        if code[i] == ")":
            depth += 1
        elif code[i] == "(":
            if depth == 0:
                return re.search(r"\bfor\s*$", code[:i]) is not None
            depth -= 1
        elif code[i] in "{}":
            return False
    return False


def _closes_value(code, brace):
    depth = 0
    for i in range(brace, -1, -1):
        if code[i] == "}":
            depth += 1
        elif code[i] == "{":
            depth -= 1
            if depth == 0:
                return not opens_block(code, i)
    return False


_PAIRS = {"(": ")", "[": "]", "{": "}"}


def matching(code, opening):
    """Just behind the bracket that closes the one at `opening`."""
    close, depth = _PAIRS[code[opening]], 0
    for i in range(opening, len(code)):
        if code[i] == code[opening]:
            depth += 1
        elif code[i] == close:
            depth -= 1
            if depth == 0:
                return i + 1
    return len(code)


def is_introducer(code, bracket):
    """Whether the `[` at `bracket` begins a lambda: not a subscript, an attribute, a structured binding or an array."""
    if code[bracket : bracket + 2] == "[[" or code[max(0, bracket - 1) : bracket + 1] == "[[":
        return False
    before = code[:bracket].rstrip()
    if before and (before[-1] in ")]" or re.search(r"\b(?!return\b|co_return\b|co_await\b)[A-Za-z_]\w*$", before)):
        return False
    return not re.search(r"\bauto\s*&{0,2}$", before)


def lambdas(code):
    """(introducer, captures, body start, body end) of each lambda."""
    for match in re.finditer(r"\[", code):
        if not is_introducer(code, match.start()):
            continue
        close = matching(code, match.start())
        captures = code[match.start() + 1 : close - 1].strip()
        rest = re.compile(r"\s*(?:<[^>]*>)?\s*").match(code, close).end()
        if rest < len(code) and code[rest] == "(":
            rest = matching(code, rest)
        body = re.compile(r"[^{};]*?(?=\{)").match(code, rest)
        if not body or body.end() >= len(code):
            continue
        yield match.start(), captures, body.end(), matching(code, body.end())


def check(path, text):
    code = without_comments_and_texts(text)
    found = []
    seen = set()
    for match in _CO.finditer(code):
        start, end = statement_around(code, match.start())
        if start in seen:
            continue
        seen.add(start)
        line = line_of(code, match.start())
        statement = code[start:end]
        body = _LEADING_BINDING.sub("", statement)
        body = _LEADING_ATTRIBUTE.sub("", body)
        if len(_CO.findall(body)) > 1:
            found.append(Finding(path, line, "more than one co_await in a statement: name the first result"))
        if "{" in body:
            found.append(Finding(path, line, "braces in a statement with co_await: name the value first"))
        if any(is_introducer(body, m.start()) for m in re.finditer(r"\[", body)):
            found.append(Finding(path, line, "a lambda in a statement with co_await: make it a function"))
        if "?" in body:
            found.append(Finding(path, line, "`?:` in a statement with co_await: write an if"))
        macro = _MACRO.search(body)
        if macro and macro.start() < _CO.search(body).start():
            found.append(Finding(path, line, "co_await in a test macro: name the result first"))
        head = _RANGE_FOR.search(body)
        if head and _CO.search(head.group(2)):
            found.append(Finding(path, line, "co_await in the head of a range-for: name the range first"))
    inner = list(lambdas(code))
    for introducer, captures, body_start, body_end in inner:
        if not captures:
            continue
        body = list(code[body_start:body_end])
        for other, _, other_start, other_end in inner:
            if body_start < other and other_end <= body_end:
                for i in range(other_start, other_end):
                    body[i - body_start] = " "
        if re.search(r"\bco_(await|return|yield)\b", "".join(body)):
            found.append(
                Finding(path, line_of(code, introducer), "a coroutine lambda that captures: make it a function with parameters")
            )
    return found


def main():
    found = []
    for folder in ("src", "test", "bench", "include"):
        for path in files(".hpp", ".cpp", under=folder):
            found += check(path, read(path))
    return report(found)


if __name__ == "__main__":
    sys.exit(main())
