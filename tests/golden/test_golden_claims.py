"""Claims on labelled sentences of fifteen fields: who speaks, what sort of statement, and when it falls due."""

import json
import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from extractors.claims import ClaimExtractor
from extractors.packs import load
from extractors.records import Claim, Mention
from extractors.sentences import split

GOLDEN = Path(__file__).parent / "claims.jsonl"

# Floors lie just under the measured values; raise them when the extractor gets better.
FLOORS = {"found": 0.97, "speaker": 0.97, "kind": 0.96, "due_on": 0.95}


def mentions_of(row: dict[str, Any]) -> list[Mention]:
    found: list[Mention] = []
    for entity in row["mentions"]:
        surface = entity.get("surface", entity["name"])
        for match in re.finditer(rf"\b{re.escape(surface)}\b", row["text"]):
            place = (match.start(), match.end(), match.group())
            found.append(Mention(entity["id"], entity["name"], entity["kind"], *place))
    return sorted(found, key=lambda mention: mention.start)


def read_all() -> list[tuple[dict[str, Any], tuple[Claim, ...]]]:
    extractor = ClaimExtractor(load())
    rows = [json.loads(line) for line in GOLDEN.read_text(encoding="utf-8").splitlines()]
    read: list[tuple[dict[str, Any], tuple[Claim, ...]]] = []
    for row in rows:
        published = datetime.fromisoformat(row["published_at"]).replace(tzinfo=UTC)
        read.append((row, extractor.extract(row["text"], split(row["text"]), mentions_of(row), published)))
    return read


def right_parts(want: dict[str, Any], claim: Claim) -> Counter[str]:
    due = claim.due_on.isoformat() if claim.due_on else None
    speaker = claim.speaker == want["speaker"] and claim.speaker_id == want["speaker_id"]
    return Counter(
        found=1, speaker=speaker, kind=claim.kind == want["kind"], due_on=bool(due) and due == want["due_on"]
    )


def test_claims_reach_their_floors(capsys: pytest.CaptureFixture[str]) -> None:
    right, wanted, given = Counter[str](), Counter[str](), Counter[str]()
    for row, claims in read_all():
        dues = sum(claim.due_on is not None for claim in claims)
        given.update(found=len(claims), speaker=len(claims), kind=len(claims), due_on=dues)
        wants = row["claims"]
        stated = sum(want["due_on"] is not None for want in wants)
        wanted.update(found=len(wants), speaker=len(wants), kind=len(wants), due_on=stated)
        for want in wants:
            match = next((claim for claim in claims if want["has"] in claim.quote), None)
            right.update(right_parts(want, match) if match else {})
    scores = {part: 2 * right[part] / (wanted[part] + given[part]) for part in FLOORS}
    with capsys.disabled():
        print("\nclaims, F1:", {part: round(score, 3) for part, score in scores.items()}, f"of {wanted['found']}")
    assert all(scores[part] >= floor for part, floor in FLOORS.items()), scores


def test_every_golden_claim_is_its_own_words() -> None:
    for row, claims in read_all():
        for claim in claims:
            assert row["text"][claim.start : claim.end] == claim.quote
            assert claim.sentence in row["text"]


def test_the_golden_set_covers_enough() -> None:
    rows = [json.loads(line) for line in GOLDEN.read_text(encoding="utf-8").splitlines()]
    assert len(rows) >= 60
    assert len({row["field"] for row in rows}) >= 8
    assert {claim["kind"] for row in rows for claim in row["claims"]} == {
        "statement", "opinion", "forecast", "plan", "denial",
    }  # fmt: skip
