"""Sentences per second of reading and binding numbers, beside quantulum3 on the same sentences, in one run.

    python benchmarks/figures.py --sentences 20000 --other other/bin/python

`--other` is the interpreter of an environment with benchmarks/requirements.txt; without it only crosswire is measured.
The sentences are made by this script from a seed; both sides use one core, and each side's start-up is left out.
"""

import argparse
import json
import random
import subprocess
import sys
import time
from dataclasses import dataclass

from extractors import packs, sentences
from extractors.entities import EntityFinder
from extractors.figures.extract import FigureExtractor
from extractors.figures.numbers import quantities
from extractors.figures.units import UnitTable

_TEMPLATES = (
    "{name} reported revenue of ${a}.{b} billion in the {nth} quarter, up {c} percent from a year earlier.",
    "A magnitude {d}.{e} earthquake struck {place}, killing at least {c} people and injuring {a}{c}.",
    "Shares of {name} fell {d}.{e}% to ${a}.{b}0 after analysts at {other} cut their target.",
    "{name} said it would spend between ${d} million and ${c} million on a plant near {place} by 2028.",
    "The model has {a}{c} billion parameters, of which {d} billion are active, and costs ${d}.{e} per million tokens.",
    "In {place}, turnout was {c}.{e} percent and the governing party won {a} of {a}{c} seats.",
    "The storm brought winds of {a}{c} km/h to {place} and left {c},000 homes without power.",
    "Critics say that the plan, which the council passed in spring, will please nobody in {place}.",
    "The trial enrolled {d},{a}{c} patients; {c}% responded, compared with {e}.{d}% on placebo.",
    "{name} ranked third in the survey, ahead of {other}, and hired {a}{c} engineers in two years.",
)
_NAMES = ("Tarn Systems", "Corvid", "Ostrava Bank", "Northlight", "Pellworm", "Quillon")
_PLACES = ("Valdoria", "Saltmere", "Norvale", "Port Ansel", "Kermanda")
_OTHER = """
import json, sys, time
from quantulum3 import parser
texts = json.load(sys.stdin)
parser.parse(texts[0])
start = time.process_time()
found = sum(len(parser.parse(text)) for text in texts)
print(json.dumps({"seconds": time.process_time() - start, "found": found}))
"""


@dataclass(frozen=True, slots=True)
class Measure:
    """How many sentences one side read in how many seconds of processor time, and how many numbers it found."""

    name: str
    sentences: int
    seconds: float
    found: int

    @property
    def rate(self) -> float:
        """Sentences per second."""
        return self.sentences / self.seconds


def make(count: int, seed: int) -> list[str]:
    """Return `count` sentences with numbers that differ, the same for the same seed."""
    chance = random.Random(seed)
    return [
        chance.choice(_TEMPLATES).format(
            name=chance.choice(_NAMES), other=chance.choice(_NAMES), place=chance.choice(_PLACES),
            nth=chance.choice(("first", "second", "third")), a=chance.randint(10, 99), b=chance.randint(1, 9),
            c=chance.randint(11, 98), d=chance.randint(2, 9), e=chance.randint(1, 9),
        )
        for _ in range(count)
    ]  # fmt: skip


def reading(texts: list[str]) -> Measure:
    """Read the numbers with their units: what quantulum3 does."""
    units = UnitTable(packs.load().units)
    quantities(texts[0], units)
    start = time.process_time()
    found = sum(len(quantities(text, units)) for text in texts)
    return Measure("crosswire, numbers and units", len(texts), time.process_time() - start, found)


def binding(texts: list[str]) -> Measure:
    """Read articles of ten sentences with everything that needs no model: names, numbers, metric, subject, source."""
    loaded = packs.load()
    finder, extractor = EntityFinder(loaded), FigureExtractor(loaded)
    articles = [" ".join(texts[i : i + 10]) for i in range(0, len(texts), 10)]
    start = time.process_time()
    found = 0
    for article in articles:
        parts = sentences.split(article)
        found += len(extractor.extract(article, parts, finder.find(article, parts), None))
    return Measure("crosswire, names and bound figures", len(texts), time.process_time() - start, found)


def other(texts: list[str], python: str) -> Measure:
    """Run quantulum3 in its own interpreter on the same sentences."""
    run = subprocess.run([python, "-c", _OTHER], input=json.dumps(texts), capture_output=True, text=True, check=False)
    if run.returncode:
        sys.exit(
            f"{python}: quantulum3 did not run: {run.stderr.strip().splitlines()[-1:]}; see benchmarks/requirements.txt"
        )
    result = json.loads(run.stdout.splitlines()[-1])
    return Measure("quantulum3", len(texts), result["seconds"], result["found"])


def main() -> None:
    """Measure and print one line for each side."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--sentences", type=int, default=20_000)
    options.add_argument("--other-sentences", type=int, default=400, help="fewer for the slower side")
    options.add_argument("--other", default="", help="interpreter of an environment with quantulum3")
    options.add_argument("--seed", type=int, default=7)
    chosen = options.parse_args()
    texts = make(chosen.sentences, chosen.seed)
    measures = [reading(texts), binding(texts)]
    if chosen.other:
        measures.append(other(texts[: chosen.other_sentences], chosen.other))
    for one in measures:
        ratio = (
            f", {one.rate / measures[-1].rate:.0f} times quantulum3" if chosen.other and one is not measures[-1] else ""
        )
        print(f"{one.name}: {one.rate:,.0f} sentences/s ({one.sentences} sentences, {one.found} numbers{ratio})")


if __name__ == "__main__":
    main()
