"""The version grammar: what a version is called, what is none, and that versions never merge."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors import packs
from extractors.entities import EntityFinder
from extractors.lexicon import Lexicon
from extractors.names import tokens
from extractors.packs import Family, Packs

PACKS = packs.load()
LEXICON = Lexicon(PACKS)
FINDER = EntityFinder(PACKS)


def versions(text: str) -> list[str]:
    return [hit.name for hit in LEXICON.scan(text, tokens(text)) if hit.how == "version"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("GLM-5.2", "GLM-5.2"),
        ("GLM 5.2", "GLM-5.2"),
        ("GLM5.2", "GLM-5.2"),
        ("glm 5.2", "GLM-5.2"),
        ("glm5.2", "GLM-5.2"),
        ("GLM\u20115.2", "GLM-5.2"),
        ("GLM\u00a05.2", "GLM-5.2"),
        ("GLM-5.3", "GLM-5.3"),
        ("GLM-4.5-Air", "GLM-4.5 Air"),
        ("GLM-4.5V", "GLM-4.5V"),
        ("Claude Opus 5", "Claude Opus 5"),
        ("Claude-Opus-4.8", "Claude Opus 4.8"),
        ("Claude 3.5 Sonnet", "Claude Sonnet 3.5"),
        ("Claude Mythos 5", "Claude Mythos 5"),
        ("Kimi K3 Thinking", "Kimi K3 Thinking"),
        ("Kimi K2.6", "Kimi K2.6"),
        ("Kimi 2.5", "Kimi K2.5"),
        ("MiniMax-M3", "MiniMax-M3"),
        ("MiniMax M3", "MiniMax-M3"),
        ("DeepSeek V4 Pro", "DeepSeek V4 Pro"),
        ("DeepSeek-V4-Pro", "DeepSeek V4 Pro"),
        ("Deepseek R1", "DeepSeek R1"),
        ("GPT-5.5", "GPT-5.5"),
        ("GPT-4o", "GPT-4o"),
        ("GPT-4o mini", "GPT-4o mini"),
        ("GPT-5 mini", "GPT-5 mini"),
        ("GPT-5 Mini", "GPT-5 mini"),
        ("gpt-5-mini", "GPT-5 mini"),
        ("Gemini 3.5 Pro", "Gemini 3.5 Pro"),
        ("Grok 5", "Grok 5"),
        ("Qwen3-235B", "Qwen3 235B"),
        ("Qwen 3.5 Max", "Qwen3.5 Max"),
        ("Llama 4 Maverick", "Llama 4 Maverick"),
        ("Sora 2", "Sora 2"),
    ],
)
def test_usual_name(text: str, name: str) -> None:
    assert versions(f"The tests of {text} were repeated.") == [name]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("GLM-5/5.1/5.2 share one design", ["GLM-5", "GLM-5.1", "GLM-5.2"]),
        ("from DeepSeek V3 to V3.1/V3.2", ["DeepSeek V3", "DeepSeek V3.1", "DeepSeek V3.2"]),
        ("between Claude Opus 4.7 and 4.8 in tests", ["Claude Opus 4.7", "Claude Opus 4.8"]),
        ("GLM-4.6, 4.7 and 5.1 were kept", ["GLM-4.6", "GLM-4.7", "GLM-5.1"]),
        ("Kimi K2.5 and K2.6 cost less", ["Kimi K2.5", "Kimi K2.6"]),
        ("GPT-5.5 xhigh leads", ["GPT-5.5"]),
        ("DeepSeek V4 Pro max follows", ["DeepSeek V4 Pro"]),
        ("Anthropic says Opus 4.8 is ready", ["Claude Opus 4.8"]),
        ("DeepSeek waited before R1 came out", ["DeepSeek R1"]),
    ],
)
def test_lists_and_short_forms(text: str, names: list[str]) -> None:
    assert versions(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "GLM rose 5.2 percent",
        "Gemini 3 times faster",
        "Kimi 2 million users",
        "Claude 2,000 times",
        "Gemini 2026 roadmap",
        "GLM 5.2% cheaper",
        "the opus 4 of the composer",
        "Opus 111 is a piano sonata",
        "Sonnet 18 by Shakespeare",
        "the R1 motorway near Lyon",
        "Step 3: open the box",
        "SGLM-5.2 is no such thing",
        "the target gap 5 was met",
    ],
)
def test_no_version(text: str) -> None:
    assert versions(text) == []


@given(st.sampled_from([f.id for f in PACKS.families]), st.integers(1, 12), st.integers(0, 9), st.integers(0, 9))
def test_versions_never_merge(family_id: str, major: int, one: int, two: int) -> None:
    family = LEXICON.grammar.families[family_id]
    letters = family.version_forms[0] if family.version_forms else ""
    names = [versions(f"{family.maker} {family.name} {letters}{major}.{minor} came") for minor in (one, two)]
    assert one == two or not names[0] or names[0] != names[1]


def test_every_version_knows_its_maker() -> None:
    texts = {"GLM-9.9": "zhipu-ai", "Claude Opus 7": "anthropic", "Kimi K9 Thinking": "moonshot-ai", "Grok 8": "xai"}
    for text, maker in texts.items():
        (entity,) = FINDER.entities(FINDER.find(text, ()))
        assert (entity.name, entity.parent) == (text, maker)


def test_a_family_of_another_field_needs_no_code() -> None:
    rows = Packs((), (Family(id="ariane", name="Ariane", maker="arianegroup", kind="product"),), (), (), (), (), (), ())
    found = EntityFinder(rows).find("The Ariane 6 flew; Ariane 5 is retired.", ())
    assert [(m.entity_id, m.kind) for m in found] == [("ariane-6", "product"), ("ariane-5", "product")]
