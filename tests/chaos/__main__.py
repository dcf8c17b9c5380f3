"""`make chaos`: rounds of it for as many minutes as one has, and what they came to."""

import argparse
import asyncio
import secrets
import sys
import time
from collections import Counter
from collections.abc import Sequence

from tests.certificates import read_once
from tests.chaos.bugs import BUGS
from tests.chaos.rounds import Outcome, Round, play

LASTS = 90.0
"""Seconds in which things die in one round of a long run."""
MOST_SHOWN = 20
GOES = 4
"""Rounds in which a bug has to be found: one that shows only where an answer is lost may need more
than one."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seed", default=secrets.token_hex(4), help="which chaos it is")
    parser.add_argument("--bus", choices=("both", "nats", "postgresql"), default="both")
    parser.add_argument("--bug", choices=tuple(BUGS), help="put a bug back, which has to be found")
    parser.add_argument("--prove", action="store_true", help="put every bug back, one by one")
    given = parser.parse_args()
    read_once()
    if given.prove:
        sys.exit(not prove(given.seed))
    sys.exit(not endure(given.seed, given.minutes * 60, given.bus, given.bug))


def endure(seed: str, seconds: float, bus: str, bug: str | None) -> bool:
    """Rounds until the time is over or something is found; whether nothing was."""
    over, number, counts = time.monotonic() + seconds, 0, Counter[str]()
    delays: list[float] = []
    calm: list[float] = []
    while (left := over - time.monotonic()) > 0:
        nats = bus == "nats" or (bus == "both" and number % 2 == 0)
        of = Round(f"{seed}.{number}", min(LASTS, max(left, 10.0)), nats, bug)
        outcome = asyncio.run(play(of))
        told(of, outcome)
        if outcome.complaints:
            return False
        counts += outcome.counts
        delays += outcome.delays
        calm += outcome.calm
        number += 1
    print(f"\nAll {number} rounds of seed {seed}:")
    figures(counts, sorted(delays), sorted(calm))
    return True


def prove(seed: str) -> bool:
    """Whether every bug is found."""
    missed = []
    for bug in BUGS:
        for go in range(GOES):
            of = Round(f"{seed}.{bug}.{go}", 15.0, nats=True, bug=bug)
            complaints = asyncio.run(play(of)).complaints
            print(f"{bug}: {len(complaints)} complaints", flush=True)
            if complaints:
                break
        else:
            missed.append(bug)
        for complaint in complaints[:3]:
            print(f"  {complaint}")
    print(f"Not found: {', '.join(missed)}" if missed else "Every bug was found.")
    return not missed


def told(of: Round, outcome: Outcome) -> None:
    bus = "NATS" if of.nats else "LISTEN and NOTIFY"
    print(f"\nRound {of.seed}, {of.seconds:.0f} s, {bus}:")
    figures(outcome.counts, outcome.delays, outcome.calm)
    print(f"  latest event after its rights: {outcome.latest:.3f} s")
    if outcome.complaints:
        print(f"{len(outcome.complaints)} complaints; the first:")
        for complaint in outcome.complaints[:MOST_SHOWN]:
            print(f"  {complaint}")
        print(outcome.log[-20_000:])
    sys.stdout.flush()


def figures(counts: Counter[str], delays: Sequence[float], calm: Sequence[float]) -> None:
    for what in sorted(counts):
        print(f"  {what:40} {counts[what]:>8}")
    for name, found in (("all", delays), ("calm", calm)):
        if found:
            median, late, worst = (found[int(q * (len(found) - 1))] for q in (0.5, 0.99, 1))
            print(
                f"  delays ({name}): {median:.3f} s median, {late:.3f} s p99, {worst:.3f} s worst"
            )


if __name__ == "__main__":
    main()
