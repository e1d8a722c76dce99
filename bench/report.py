#!/usr/bin/env python3
"""Writes docs/performance.md's figures from bench/results: tables between marks of the page, and pictures.

    python3 bench/report.py
"""
import json
import pathlib
import statistics

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/performance.md"
COLOURS = {
    "nginx": "#8a8f98", "nginx, same fields": "#b9bdc4", "haproxy": "#c4a35a", "fastify": "#5fa777",
    "cloche (memory)": "#2f6fde", "cloche (sqlite)": "#7ba6ee", "cloche (redis)": "#a9c4f5",
}
OURS, OTHERS = COLOURS["cloche (memory)"], COLOURS["nginx"]


def results(name):
    return json.loads((ROOT / f"bench/results/{name}.json").read_text())


def best(measured, key):
    return min(r[key] for r in measured)


def middle(measured, key):
    return statistics.median(r[key] for r in measured)


def ratio(rounds, who, to="nginx"):
    """Of the processor time, the median of the rounds': within one the machine has drifted less than from the first to the last."""
    return statistics.median(ours["cpu_us"] / theirs["cpu_us"] for ours, theirs in zip(rounds[who], rounds[to]))


# Tables

def table(head, rows):
    return "\n".join("| " + " | ".join(cells) + " |" for cells in [head, ["---"] * len(head), *rows])


def request_rows(report):
    for title, rounds in report.items():
        for who, measured in rounds.items():
            more = [f"{middle(measured, key):,.0f}" if key in measured[0] else "" for key in ("p50_us", "p99_us")]
            same = f"{ratio(rounds, who, 'nginx, same fields'):.2f}" if who.startswith("cloche") else ""
            yield [title, who, f"{middle(measured, 'cpu_us'):,.1f}", f"{best(measured, 'cpu_us'):,.1f}", f"{ratio(rounds, who):.2f}", same,
                   f"{middle(measured, 'rate'):,.0f}", *more]
            title = ""


def requests_table(report):
    head = ["load", "proxy", "CPU µs", "best round", "× nginx", "× nginx, same fields", "requests/s", "p50 µs", "p99 µs"]
    return table(head, request_rows(report))


def idle_table(idle):
    return table(["connections at rest", "how many", "bytes each"], (
        [kind, f"{found['number']:,}", f"{found['bytes']:,.0f}"] for kind, found in idle.items() if kind != "crowd"))


def stores_table(stores):
    """Of one look-up, by how many sessions there are."""
    sizes = sorted({int(size) for found in stores.values() for size in found["operations"]["load"]})
    rows = []
    for name, found in stores.items():
        loads = {int(size): load for size, load in found["operations"]["load"].items()}
        rows.append([name, *(cost(loads[size]) if size in loads else "" for size in sizes)])
    return table(["store", *(f"{size:,} sessions" for size in sizes)], rows)


def cost(load):
    """The gateway's microseconds, and its server's."""
    return f"{load['gateway_us']:.1f}" + (f" + {load['server_us']:.1f}" if load["server_us"] else "")


# Pictures

BAR, GAP, LEFT, WIDTH = 14, 16, 340, 420
STYLE = "<style>text{fill:#30343b}.small{font-size:11px}@media(prefers-color-scheme:dark){text{fill:#d5d8dd}}</style>"


def bars(groups, most, label, legend=(), mark=None):
    """Horizontal bars, as SVG. `groups`: titles with lists of (value, colour); `most`: what fills the width."""
    scale, parts, y = WIDTH / most, [], 56 if legend else 16
    top = y
    for title, values in groups:
        parts.append(f'<text x="{LEFT - 12}" y="{y + len(values) * BAR / 2 + 4}" text-anchor="end">{title}</text>')
        for value, colour in values:
            length = min(value, most) * scale
            parts.append(f'<rect x="{LEFT}" y="{y}" width="{length:.1f}" height="{BAR - 2}" fill="{colour}"/>')
            parts.append(f'<text x="{LEFT + length + 5:.1f}" y="{y + BAR - 4}" class="small">{label(value)}</text>')
            y += BAR
        y += GAP
    for i, (who, colour) in enumerate(legend):
        parts.append(f'<rect x="{40 + i * 130}" y="20" width="12" height="12" fill="{colour}"/><text x="{57 + i * 130}" y="31" class="small">{who}</text>')
    if mark:
        parts.append(f'<line x1="{LEFT + mark * scale:.1f}" y1="{top - 12}" x2="{LEFT + mark * scale:.1f}" y2="{y - GAP}" stroke="{OTHERS}" stroke-dasharray="3 3"/>')
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + 80} {y}" font-family="system-ui, sans-serif" font-size="13">'
            f'{STYLE}{"".join(parts)}</svg>\n')


def requests_picture(report):
    """CPU of one request over nginx's, one group a load. A bar that would leave the picture ends at its edge."""
    groups = [(title, [(ratio(rounds, who), COLOURS[who]) for who in rounds]) for title, rounds in report.items()]
    return bars(groups, 2.0, "{:.2f}".format, COLOURS.items(), mark=1)


def latency_picture(report):
    """Half of the requests, and 99 of 100, are answered within; asked evenly."""
    rounds = next(rounds for title, rounds in report.items() if "evenly" in title)
    groups = [(f"{what} of those asked evenly", [(middle(measured, key), COLOURS[who]) for who, measured in rounds.items()])
              for what, key in (("half", "p50_us"), ("99 %", "p99_us"))]
    most = max(value for _, values in groups for value, _ in values)
    return bars(groups, most, "{:,.0f} µs".format, [(who, COLOURS[who]) for who in rounds])


def idle_picture(idle):
    kinds = {kind: found["bytes"] / 1000 for kind, found in idle.items() if kind != "crowd"}
    return bars([(kind, [(value, OURS)]) for kind, value in kinds.items()], max(kinds.values()), "{:.1f} KB".format)


def main():
    latest, idle, stores = results("latest"), results("idle"), results("stores")
    page = PAGE.read_text()
    for name, text in (("requests", requests_table(latest)), ("idle", idle_table(idle)), ("stores", stores_table(stores))):
        begin, end = f"<!-- bench/report.py: {name} -->", f"<!-- end of {name} -->"
        before, rest = page.split(begin)
        page = before + begin + "\n" + text + "\n" + end + rest.split(end)[1]
    PAGE.write_text(page)
    images = ROOT / "docs/images"
    (images / "cpu-per-request.svg").write_text(requests_picture(latest))
    (images / "latency.svg").write_text(latency_picture(latest))
    (images / "connections-at-rest.svg").write_text(idle_picture(idle))


if __name__ == "__main__":
    main()
