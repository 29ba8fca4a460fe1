"""A cheap guess at a text's language: by its commonest words, or by its script; never a model."""

import re

# The commonest function words of each language, those first that few others share.
_WORDS = {
    "en": "the of and to in that is for was with on as by at from which this are have has its said not",
    "de": "der die und das von nicht ist mit den auf dem ein eine sich des auch wird für im als",
    "fr": "le les des et est une dans pour que qui sur pas du par avec aux sont cette plus ce",
    "es": "el los las del que una por con para es su como más fue lo pero sus este ha al",
    "it": "il di che è della per una non del sono con le gli nel anche dei alla si più ha",
    "pt": "o os da do em que uma não para com dos mais as foi por ao na no são é",
    "nl": "de het van een en dat is niet op te zijn voor met aan er ook bij maar naar wordt",
    "sv": "och att det som en på är av för med den till inte om ett har de var från kan",
    "da": "og det at er en til på som med af for ikke den der har de et fra var også",
    "pl": "nie się na do jest że to przez jak po od dla oraz ale który są jego tym czy być",
    "tr": "ve bir bu için de da ile olarak daha çok olan en gibi sonra kadar ise ama ne oldu",
    "id": "yang dan di untuk dengan dari ini pada tidak itu dalam akan ke oleh juga adalah telah sebagai bisa para",
}
_SETS = {lang: frozenset(words.split()) for lang, words in _WORDS.items()}
_SCRIPTS = (
    ("ja", re.compile("[぀-ヿ]")),
    ("ko", re.compile("[가-힣]")),
    ("zh", re.compile("[一-鿿]")),
    ("ru", re.compile("[Ѐ-ӿ]")),
    ("ar", re.compile("[؀-ۿ]")),
    ("he", re.compile("[֐-׿]")),
    ("el", re.compile("[Ͱ-Ͽ]")),
    ("hi", re.compile("[ऀ-ॿ]")),
    ("th", re.compile("[฀-๿]")),
)
_WORD = re.compile(r"[^\W\d_]+")
_SAMPLE = 6000
_FEWEST = 12


def language(text: str, stated: str = "") -> str:
    """Return the ISO 639-1 code of the text's language, or an empty string.

    What the text itself shows goes before `stated` (a page's `lang`, which templates often get wrong); `stated`
    decides where the text is too short to show anything.
    """
    sample = text[:_SAMPLE]
    letters = max(1, sum(char.isalpha() for char in sample))
    for lang, script in _SCRIPTS:
        if len(script.findall(sample)) > letters * (0.1 if lang == "ja" else 0.3):
            return lang
    tokens = [token.lower() for token in _WORD.findall(sample)]
    counts = sorted(((sum(token in known for token in tokens), lang) for lang, known in _SETS.items()), reverse=True)
    (best, lang), (second, _) = counts[0], counts[1]
    if len(tokens) >= _FEWEST and best >= 0.12 * len(tokens) and best >= 1.2 * second:
        return lang
    code = stated.strip().lower()[:2]
    return code if code.isascii() and code.isalpha() and len(code) == 2 else ""
