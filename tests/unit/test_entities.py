"""Names in texts: pack names in all their spellings, short forms, ordinary words that are none, and the gate."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors import packs
from extractors.entities import Candidate, EntityFinder
from extractors.names import slug
from extractors.packs import PackEntity, Packs
from extractors.records import Mention
from extractors.sentences import split
from tests.bounded import ends

PACKS = packs.load()
FINDER = EntityFinder(PACKS)


def find(text: str, *labelled: tuple[str, str]) -> tuple[Mention, ...]:
    """Find entities, with candidates given as (their words, their label), at the first place of the words."""
    given_ = [Candidate(text.index(words), text.index(words) + len(words), label) for words, label in labelled]
    return FINDER.find(text, split(text), given_)


def ids(text: str, *labelled: tuple[str, str]) -> list[tuple[str, str]]:
    return [(mention.quote, mention.entity_id) for mention in find(text, *labelled)]


@pytest.mark.parametrize(
    ("text", "quote", "entity_id"),
    [
        ("Shares of Knowledge Atlas rose.", "Knowledge Atlas", "zhipu-ai"),
        ("Knowledge Atlas’ model won.", "Knowledge Atlas", "zhipu-ai"),
        ("It was trained by Zhipu.", "Zhipu", "zhipu-ai"),
        ("Zhipu's founder spoke.", "Zhipu", "zhipu-ai"),
        ("The Zhipu-AI group grew.", "Zhipu-AI", "zhipu-ai"),
        ("A model by Z.ai leads.", "Z.ai", "zhipu-ai"),
        ("Weights are on HuggingFace now.", "HuggingFace", "hugging-face"),
        ("Weights are on Hugging Face now.", "Hugging Face", "hugging-face"),
        ("It runs on openai servers.", "openai", "openai"),
        ("The Open AI board met.", "Open AI", "openai"),
        ("NVIDIA beat estimates.", "NVIDIA", "nvidia"),
        ("It fell after $NVDA did.", "NVDA", "nvidia"),
        ("The maker (TYO: NVDA) rose.", "NVDA", "nvidia"),
        ("Societe Generale cut its view.", "Societe Generale", "societe-generale"),
        ("The S&P 500 closed higher.", "S&P 500", "s-p-500"),
        ("It was said by U.S. officials.", "U.S.", "united-states"),
        ("Results on Terminal Bench 2.0 came.", "Terminal Bench 2.0", "terminal-bench-2.0"),
        ("It leads SWE-Bench Pro by far.", "SWE-Bench Pro", "swe-bench-pro"),
        ("It is first in the Artificial Analysis rankings.", "Artificial Analysis rankings",
         "artificial-analysis-intelligence-index"),
        ("The US-backed plan failed.", "US", "united-states"),
        ("Procter and Gamble raised prices.", "Procter and Gamble", "procter-gamble"),
        ("Shares of Meta Platforms rose.", "Meta Platforms", "meta"),
        ("He told Target to stop.", "Target", "target"),
        ("Target shares fell.", "Target", "target"),
        ("TSMC makes the chips.", "TSMC", "tsmc"),
    ],
)  # fmt: skip
def test_known_names(text: str, quote: str, entity_id: str) -> None:
    assert ids(text) == [(quote, entity_id)]


@pytest.mark.parametrize(
    "text",
    [
        "The target is a gap of two points.",
        "Target dates were moved.",
        "A visa is needed, and an apple a day.",
        "Let us meet; who is it, and the oracle said no.",
        "A meta study of the block. Meta-analysis is hard.",
        "It took an open stance on ai and chips.",
        "The shell broke and the snowflake melted.",
        "A robin hood economy; the amazon of forests.",
        "It was released under the MIT licence.",
        "It was released under the MIT open-source license.",
        "She holds an O-1 visa.",
        "Circle the fed cattle and the cats.",
        "The intel was poor, and arm wrestling is a sport.",
    ],
)
def test_ordinary_words_are_no_names(text: str) -> None:
    assert ids(text) == []


def test_the_five_spellings_are_one_entity() -> None:
    text = "GLM-5.2, GLM 5.2, GLM5.2, glm 5.2 and glm-5.2."
    assert {mention.entity_id for mention in find(text)} == {"glm-5.2"}
    assert len(find(text)) == 5


def test_a_bare_family_is_the_version_that_the_article_is_about() -> None:
    assert ids("GLM-5.2 is out. GLM is cheap.")[-1] == ("GLM", "glm-5.2")
    assert ids("GLM-5.2 is out. GLM models are cheap.")[-1] == ("GLM", "glm")
    assert ids("GLM-5 and GLM-5.1 are out. GLM is cheap.")[-1] == ("GLM", "glm")
    assert ids("A cheap GLM.") == [("GLM", "glm")]


def test_short_product_names_need_their_maker() -> None:
    assert ids("Anthropic withdrew Fable 5 and Mythos.") == [
        ("Anthropic", "anthropic"), ("Fable 5", "claude-fable-5"), ("Mythos", "claude-mythos"),
    ]  # fmt: skip
    assert ids("A Fable 5 pages long about Mythos.") == []


def test_the_surname_after_the_full_name() -> None:
    text = "Jane Okafor leads the survey. Later, Okafor said it was over. Ms. Okafor left."
    assert ids(text, ("Jane Okafor", "PERSON")) == [
        ("Jane Okafor", "jane-okafor"), ("Okafor", "jane-okafor"), ("Okafor", "jane-okafor"),
    ]  # fmt: skip


def test_family_names_that_come_first() -> None:
    assert ids("“Soon,” replied Tang Jie. Tang gave no date.") == [("Tang Jie", "tang-jie"), ("Tang", "tang-jie")]


def test_a_surname_of_two_people_means_neither() -> None:
    text = "Jane Okafor met John Okafor. Okafor spoke."
    found = ids(text, ("Jane Okafor", "PERSON"), ("John Okafor", "PERSON"))
    assert [entity_id for _, entity_id in found] == ["jane-okafor", "john-okafor"]


def test_an_acronym_in_parentheses_is_learnt() -> None:
    text = "The Nordic Quake Survey Office (NQSO) raised its alert. The NQSO will meet."
    assert ids(text) == [
        ("Nordic Quake Survey Office", "nordic-quake-survey-office"),
        ("NQSO", "nordic-quake-survey-office"), ("NQSO", "nordic-quake-survey-office"),
    ]  # fmt: skip


def test_middle_initials_make_no_other_person() -> None:
    text = "Robert S. Feld III testified. Robert Feld was calm. Feld left."
    found = ids(text, ("Robert S. Feld III", "PERSON"))
    assert {entity_id for _, entity_id in found} == {"robert-feld"}
    assert len(found) == 3


def test_a_company_without_its_suffix() -> None:
    text = "Vellum Robotics raised $40 million. Vellum will hire."
    assert ids(text, ("Vellum Robotics", "ORG")) == [
        ("Vellum Robotics", "vellum-robotics"),
        ("Vellum", "vellum-robotics"),
    ]


def test_descriptions_count_only_beside_the_name() -> None:
    assert ids("The ChatGPT maker is hiring.") == [("ChatGPT", "chatgpt")]
    assert ("ChatGPT maker", "openai") in ids("OpenAI is growing. The ChatGPT maker is hiring.")


@pytest.mark.parametrize(
    ("text", "words", "label"),
    [
        ("The API returned a PDF of 40B.", "API", "ORG"),
        ("It needs 24 GB of HBM memory.", "HBM", "ORG"),
        ("Meters fell. Inference is slow, and inference costs.", "Inference", "ORG"),
        ("He came on Tuesday.", "Tuesday", "ORG"),
        ("It has Mixture Of Experts inside.", "Mixture Of", "ORG"),
        ("The value is 40B active.", "40B", "GPE"),
        ("See www.example.org now.", "www.example.org", "ORG"),
        ("GLM\nRead more here.", "GLM\nRead", "ORG"),
        ("Prices rose in most markets.", "markets", "GPE"),
    ],
)
def test_the_gate_drops_what_is_no_name(text: str, words: str, label: str) -> None:
    assert [m for m in find(text, (words, label)) if m.known_by == "model"] == []


@pytest.mark.parametrize(
    ("text", "words", "label", "expected"),
    [
        ("The quake hit near Valparaíso at dawn.", "Valparaíso", "GPE", ("valparaiso", "place")),
        (
            "He spoke at the University of Oslo.",
            "the University of Oslo",
            "ORG",
            ("university-of-oslo", "organisation"),
        ),
        ("Votes for Maria Santos-Vega grew.", "Maria Santos-Vega", "PERSON", ("maria-santos-vega", "person")),
        ("A bid by Harrow Mining was refused.", "Harrow Mining", "ORG", ("harrow-mining", "company")),
        ("The Evening Courier reported it.", "The Evening Courier", "ORG", ("evening-courier", "publication")),
        ("The Bank of China Tower opened.", "Bank of China Tower", "ORG", ("bank-of-china-tower", "organisation")),
    ],
)
def test_the_gate_lets_names_through(text: str, words: str, label: str, expected: tuple[str, str]) -> None:
    assert [(m.entity_id, m.kind) for m in find(text, (words, label)) if m.known_by == "model"] == [expected]


def test_a_learnt_name_is_found_wherever_it_stands() -> None:
    text = "A bid by Harrow Mining was refused. Critics of Harrow Mining cheered."
    assert [quote for quote, _ in ids(text, ("Harrow Mining", "ORG"))] == ["Harrow Mining", "Harrow Mining"]


def test_entities_of_mentions() -> None:
    found = {entity.entity_id: entity for entity in FINDER.entities(find("Z.ai made GLM5.2 and GLM 5.2."))}
    assert found["zhipu-ai"].name == "Zhipu AI"
    assert "Knowledge Atlas" in found["zhipu-ai"].aliases
    assert (found["glm-5.2"].name, found["glm-5.2"].parent) == ("GLM-5.2", "zhipu-ai")
    assert found["glm-5.2"].aliases == ("GLM5.2", "GLM 5.2")


def test_a_users_row_replaces_a_built_in_one(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        'pack = "own"\nentities = [{ id = "nvidia", name = "Nvidia", kind = "company", aliases = ["Team Green"] }]'
    )
    finder = EntityFinder(packs.load([own]))
    assert [m.entity_id for m in finder.find("Team Green won.", ())] == ["nvidia"]


def test_every_id_is_the_slug_of_its_name_and_every_reference_exists() -> None:
    known = {entity.id for entity in PACKS.entities}
    assert [entity.id for entity in PACKS.entities if entity.id != slug(entity.name)] == []
    assert [entity.parent for entity in PACKS.entities if entity.parent and entity.parent not in known] == []
    assert [family.maker for family in PACKS.families if family.maker and family.maker not in known] == []


def test_no_name_means_two_entities() -> None:
    owners: dict[str, set[str]] = {}
    for entity in PACKS.entities:
        for name in (entity.name, *entity.aliases):
            owners.setdefault(name, set()).add(entity.id)
    assert {name: sorted(found) for name, found in owners.items() if len(found) > 1} == {}


_WORDS = st.sampled_from(
    [
        "GLM",
        "-",
        " ",
        "5.2",
        "\n",
        "Zhipu",
        "’s",
        "DeepSeek",
        "V4",
        "/",
        "Pro",
        "(",
        ")",
        "NASA",
        ".",
        ", ",
        "and",
        "é",
        "🙂",
    ]
)


@settings(max_examples=300)
@given(st.lists(_WORDS, max_size=40), st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)), max_size=5))
def test_mentions_lie_in_the_text_and_never_overlap(pieces: list[str], spans: list[tuple[int, int]]) -> None:
    text = "".join(pieces)
    candidates = [Candidate(a, min(a + n, len(text)), "ORG") for a, n in spans if a < len(text)]
    mentions = FINDER.find(text, split(text), candidates)
    assert all(text[m.start : m.end] == m.quote != "" for m in mentions)
    assert all(one.end <= two.start for one, two in pairwise(mentions))


@pytest.mark.parametrize(
    "unit",
    [
        "GLM-5/",
        "DeepSeek V4 ",
        "Bank of ",
        "A",
        "(A",
        "U.S.",
        "Claude Opus 4.8, ",
        "(ABC) ",
        "a-",
        "a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a (ABC) ",
        "a’",
        "The ",
    ],
)
def test_hostile_repeats_end(unit: str) -> None:
    text = unit * (60_000 // len(unit))
    with ends():
        FINDER.find(text, split(text))


def test_another_field_needs_only_data() -> None:
    rows = (PackEntity(id="sismologico", name="Servicio Sismológico", kind="organisation", aliases=("SSN",)),)
    finder = EntityFinder(Packs(rows, (), (), (), (), (), (), ()))
    assert [m.entity_id for m in finder.find("The SSN (Servicio Sismologico) agreed.", ())] == ["sismologico"] * 2
