"""`make bench AGAINST=REF`: this checkout and another commit, request for request, in one run.

Each side is a process of its own with its own code, database and server; they take turns, so that whatever else the
machine does meets both. The other commit brings its own requests (`bench/cases.py`); how they are sent and counted is
ours.
"""

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench.load import run
from bench.server import CHECKOUT, served, target_of
from bench.world import built, database

_ROUNDS = 6
_OURS = ("against.py", "load.py", "postgres.py", "server.py", "world.py")
_LINE = "{:<32}{:>12}{:>12}{:>10}{:>10}{:>10}{:>18}"


def compare(ref: str, engines: list[str], *, count: int) -> None:
    """Print CPU and p50 of every kind of request, here and at `ref`, and the ratio of the two."""
    with _checkout_of(ref) as other:
        for engine in engines:
            with ExitStack() as stack:
                sides = [stack.enter_context(_side(folder, engine, count)) for folder in (CHECKOUT, other)]
                print(f"\n{engine}, this checkout against {ref}, medians of {_ROUNDS} rounds")
                print(_LINE.format("request", "CPU ms here", "there", "ratio", "p50 here", "there", "ratios from–to"))
                for name in sides[0].names:
                    if name in sides[1].names:
                        _print(name, _rounds(sides, name))


class _Side:
    """A process that measures one checkout when it is asked to."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.names: list[str] = self._said()

    def measure(self, name: str) -> tuple[float, float]:
        """CPU ms and p50 of the next round of a kind of request."""
        assert self._process.stdin
        print(name, file=self._process.stdin, flush=True)
        cpu, p50 = self._said()
        return cpu, p50

    def _said(self) -> list:  # type: ignore[type-arg]
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit("one side ended; see above")
        found: list = json.loads(line)  # type: ignore[type-arg]
        return found


@contextmanager
def _side(folder: Path, engine: str, count: int) -> Iterator[_Side]:
    command = [sys.executable, "-m", "bench.against", engine, str(count)]
    with subprocess.Popen(command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield _Side(process)


def _rounds(sides: list[_Side], name: str) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """What each side took in each round; who begins changes from round to round."""
    found = []
    for side in sides:
        side.measure(name)  # to warm up
    for turn in range(_ROUNDS):
        order = sides if turn % 2 == 0 else sides[::-1]
        taken = {id(side): side.measure(name) for side in order}
        found.append((taken[id(sides[0])], taken[id(sides[1])]))
    return found


def _print(name: str, rounds: list[tuple[tuple[float, float], tuple[float, float]]]) -> None:
    ratios = sorted(here[0] / there[0] for here, there in rounds if there[0])
    values = [statistics.median(each[side][what] for each in rounds) for what in (0, 1) for side in (0, 1)]
    cpu_here, cpu_there, p50_here, p50_there = (f"{value:.2f}" for value in values)
    ratio, span = f"{statistics.median(ratios):.2f}", f"{ratios[0]:.2f}–{ratios[-1]:.2f}"
    print(_LINE.format(name, cpu_here, cpu_there, ratio, p50_here, p50_there, span), flush=True)


@contextmanager
def _checkout_of(ref: str) -> Iterator[Path]:
    """The files of a commit in a folder that goes afterwards, with our way of measuring laid over its own."""
    with tempfile.TemporaryDirectory(prefix="wfsite-against-") as name:
        folder = Path(name)
        packed = subprocess.run(["git", "archive", ref], cwd=CHECKOUT, stdout=subprocess.PIPE, check=True).stdout
        subprocess.run(["tar", "-x", "-C", name], input=packed, check=True)
        for ours in _OURS:
            shutil.copy(CHECKOUT / "bench" / ours, folder / "bench" / ours)
        yield folder


def measure_on_demand() -> None:
    """One side: build a world, start its server, then answer each name of a request that comes in."""
    parser = argparse.ArgumentParser()
    parser.add_argument("engine")
    parser.add_argument("count", type=int)
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="wfsite-bench-") as name,
        database(options.engine, Path(name)) as (url, pid),
    ):
        app = built(url, Path(name), 1)
        from bench.cases import cases  # the other commit's own, and its models

        with served(url, Path(name), database_pid=pid, target=target_of()) as server:
            found = {case.name: case for case in cases(app, options.count)}
            print(json.dumps(list(found)), flush=True)
            for line in sys.stdin:
                case = found[line.strip()]
                each = run(server, case.calls, count=max(case.count // (_ROUNDS + 1) - 1, 1), expect=case.expect)
                print(json.dumps([each.cpu_ms, each.p50]), flush=True)


if __name__ == "__main__":
    measure_on_demand()
