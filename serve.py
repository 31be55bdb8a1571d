"""Starts the site: `python serve.py`, in the checkout. Further options are granian's, and outrank these.

`make run`, the systemd unit, the tests under load and `make bench` all start it this way: what is measured and tested
is what runs.
"""

import argparse
import os
import sys

OPTIONS = (
    *("--port", os.environ.get("PORT", "8000")),
    *("--workers", "2"),
    # The interface through which wfsite/web/rsgi.py reads bodies under a deadline before the site is asked.
    *("--interface", "rsgi"),
    *("--loop", "asyncio"),
    "--no-ws",
    # "auto" would leave connections open that never say a word, whatever the time that headers are given.
    *("--http", "1"),
    *("--http1-header-read-timeout", "10000"),
    # So many connections a worker are kept waiting without shutting out the next one.
    *("--backlog", "2048"),
    *("--backpressure", "4000"),
    # Without it, the end of one worker ends them all.
    "--respawn-failed-workers",
    # On SIGHUP a worker's successor has so many seconds to start before it goes: with one, nobody listened for a while.
    *("--respawn-interval", "10"),
    *("--workers-kill-timeout", "15"),
)
_FILES = 16_384


def main() -> None:
    """Become granian."""
    parser = argparse.ArgumentParser(prog="serve.py", allow_abbrev=False)
    parser.add_argument("--target", default="rsgi:site", help="what granian loads")
    own, more = parser.parse_known_args()
    _allow_many_connections()
    os.execv(sys.executable, [sys.executable, "-m", "granian", *OPTIONS, *more, own.target])  # noqa: S606


def _allow_many_connections() -> None:
    """A shell's usual 1,024 open files are fewer than the connections that a worker may hold."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


if __name__ == "__main__":
    main()
