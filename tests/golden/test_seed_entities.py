"""Every mention of the companies and models in the shared seed articles, by any of their names, gets the right id."""

import json
import re
from pathlib import Path

import pytest

from extractors import packs
from extractors.entities import EntityFinder
from extractors.sentences import split

SEEDS = Path(__file__).parents[2].parent / "shared" / "corpus" / "seeds" / "articles.jsonl"
# A pattern for each way of naming them, and the id it must get wherever it stands.
EXPECTED = [
    (r"(?i:\bglm[ -]?5\.2\b)", "glm-5.2"),
    (r"(?i:\bglm[ -]?5\b)(?!\.\d)", "glm-5"),
    (r"\bGLM[ -]5\.1\b", "glm-5.1"),
    (r"\bGLM(?! ?-?\d)\b", "glm-5.2"),
    (r"\b(?:Zhipu AI|Zhipu\b(?! AI)|Z\.ai|Knowledge Atlas)", "zhipu-ai"),
    (r"\bAnthropic\b", "anthropic"),
    (r"\bOpenAI\b", "openai"),
    (r"\bDeepSeek\b(?! [VR]\d)", "deepseek"),
    (r"\b(?:DeepSeek )V4 Pro\b", "deepseek-v4-pro"),
    (r"\bDeepSeek R1\b", "deepseek-r1"),
    (r"\bMiniMax\b(?!-M\d| \d)", "minimax"),
    (r"\bMiniMax-M3\b", "minimax-m3"),
    (r"\bKimi K2\.6\b", "kimi-k2.6"),
    (r"\bKimi K2\b(?!\.)", "kimi-k2"),
    (r"\bMoonshot AI\b", "moonshot-ai"),
    (r"\b(?:Claude )?Opus 4\.8\b", "claude-opus-4.8"),
    (r"\b(?:Claude )?Opus 4\.7\b", "claude-opus-4.7"),
    (r"\bOpus 4\.6\b", "claude-opus-4.6"),
    (r"(?<=Opus 4\.7 and )4\.8\b", "claude-opus-4.8"),
    (r"\b(?:Claude )?Fable 5\b", "claude-fable-5"),
    (r"\bMythos 5\b", "claude-mythos-5"),
    (r"\bGPT-5\.5\b", "gpt-5.5"),
    (r"\bGPT-4\b(?!o)", "gpt-4"),
    (r"\bGPT-4o\b(?!-)", "gpt-4o"),
    (r"\bChatGPT\b(?! Plus)", "chatgpt"),
    (r"\bGemini\b", "gemini"),
    (r"\b(?:Nvidia|NVIDIA)\b", "nvidia"),
    (r"\bGoogle\b(?! Brain)", "alphabet"),
    (r"\bMicrosoft\b", "microsoft"),
    (r"\bHuawei\b", "huawei"),
    (r"\bASML\b", "asml"),
    (r"\bTSMC\b", "tsmc"),
    (r"\bSamsung\b", "samsung-electronics"),
    (r"\bSpaceX\b", "spacex"),
    (r"\bTesla\b", "tesla"),
    (r"\bJefferies\b", "jefferies"),
    (r"\bUBS\b", "ubs"),
    (r"\bHugging Face\b", "hugging-face"),
    (r"\bSemiAnalysis\b", "semianalysis"),
    (r"\bSWE-bench Pro\b", "swe-bench-pro"),
    (r"\bTerminal-Bench\b", "terminal-bench"),
    (r"\bGDPval-AA v2\b", "gdpval-aa-v2"),
    (r"(?<!Artificial Analysis )\bIntelligence Index\b", "artificial-analysis-intelligence-index"),
    (r"\bArtificial Analysis (?:Intelligence Index|rankings)", "artificial-analysis-intelligence-index"),
    (r"\bArtificial Analysis\b(?! Intelligence| rankings)", "artificial-analysis"),
    (r"\b(?:Tang Jie|Tang\b(?! Jie))", "tang-jie"),
    (r"\b(?:Elon Musk|(?<!Elon )Musk)\b", "elon-musk"),
]


@pytest.mark.skipif(not SEEDS.exists(), reason="../shared/corpus/seeds is absent")
def test_every_mention_in_the_seed_articles() -> None:
    finder = EntityFinder(packs.load())
    missed: list[str] = []
    seen: set[str] = set()
    for line in SEEDS.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        text = row["text"]
        found = {(m.start, m.end): m.entity_id for m in finder.find(text, split(text))}
        for pattern, wanted in EXPECTED:
            for match in re.finditer(pattern, text):
                seen.add(wanted)
                if found.get(match.span()) != wanted:
                    missed.append(f"{row['id']}: {text[match.start() - 30 : match.end() + 20]!r} is not {wanted}")
    assert missed == []
    assert len(seen) >= 40
