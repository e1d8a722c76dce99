#!/usr/bin/env python3
"""Writes docs/performance.md's figures from bench/results: a table between two marks of the page, and a picture.

    python3 bench/report.py
"""
import json
import pathlib
import statistics

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/performance.md"
PICTURE = ROOT / "docs/images/cpu-per-request.svg"
BEGIN, END = "<!-- figures: bench/report.py -->", "<!-- end of figures -->"
COLOURS = {"nginx": "#8a8f98", "nginx, same fields": "#b9bdc4", "haproxy": "#c4a35a", "fastify": "#5fa777", "cloche (memory)": "#2f6fde", "cloche (sqlite)": "#7ba6ee"}


def best(measured, key):
    return min(r[key] for r in measured)


def row(title, rounds):
    yardstick = best(rounds["nginx"], "cpu_us")
    for who, measured in rounds.items():
        cpu = best(measured, "cpu_us")
        middle = statistics.median(r["cpu_us"] for r in measured)
        more = [f"{best(measured, key):.0f}" if key in measured[0] else "" for key in ("p50_us", "p99_us")]
        yield f"| {title} | {who} | {cpu:,.1f} | {middle:,.1f} | {cpu / yardstick:.2f} | {max(r['rate'] for r in measured):,.0f} | {more[0]} | {more[1]} |"
        title = ""


def table(report):
    lines = ["| load | proxy | CPU µs, best | median | × nginx | requests/s | p50 µs | p99 µs |", "|---|---|---|---|---|---|---|---|"]
    for title, rounds in report.items():
        lines += row(title, rounds)
    return "\n".join(lines)


def picture(report):
    """Horizontal bars: CPU of one request over nginx's, one group a load."""
    bar, gap, left, width = 14, 16, 340, 420
    scale = width / max(2.0, max(best(m, "cpu_us") / best(rounds["nginx"], "cpu_us") for rounds in report.values() for m in rounds.values()))
    parts, y = [], 56
    for title, rounds in report.items():
        yardstick = best(rounds["nginx"], "cpu_us")
        parts.append(f'<text x="{left - 12}" y="{y + len(rounds) * bar / 2 + 4}" text-anchor="end">{title}</text>')
        for who, measured in rounds.items():
            ratio = best(measured, "cpu_us") / yardstick
            parts.append(f'<rect x="{left}" y="{y}" width="{ratio * scale:.1f}" height="{bar - 2}" fill="{COLOURS[who]}"/>')
            parts.append(f'<text x="{left + ratio * scale + 5:.1f}" y="{y + bar - 4}" class="small">{ratio:.2f}</text>')
            y += bar
        y += gap
    legend = "".join(
        f'<rect x="{left + i * 125}" y="20" width="12" height="12" fill="{colour}"/><text x="{left + 17 + i * 125}" y="31" class="small">{who}</text>'
        for i, (who, colour) in enumerate(COLOURS.items()))
    line = f'<line x1="{left + scale:.1f}" y1="44" x2="{left + scale:.1f}" y2="{y - gap}" stroke="#8a8f98" stroke-dasharray="3 3"/>'
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {left + width + 60} {y}" font-family="system-ui, sans-serif" font-size="13">'
            f'<style>text{{fill:#30343b}}.small{{font-size:11px}}@media(prefers-color-scheme:dark){{text{{fill:#d5d8dd}}}}</style>'
            f'{legend}{line}{"".join(parts)}</svg>\n')


def main():
    report = json.loads((ROOT / "bench/results/latest.json").read_text())
    page = PAGE.read_text()
    before, rest = page.split(BEGIN)
    PAGE.write_text(before + BEGIN + "\n" + table(report) + "\n" + END + rest.split(END)[1])
    PICTURE.write_text(picture(report))


if __name__ == "__main__":
    main()
