"""Loads packs and models for a run, once per process and choice of models."""

from functools import lru_cache
from pathlib import Path

from extractors import packs
from extractors.packs import Packs
from extractors.pipeline import Toolkit, toolkit
from flows.settings import Settings


@lru_cache(maxsize=2)
def load_packs(paths: tuple[Path, ...]) -> Packs:
    """Return the built-in packs with the user's own on top."""
    return packs.load(paths)


@lru_cache(maxsize=2)
def _load(paths: tuple[Path, ...], spacy_model: str, encoder_model: str | None) -> Toolkit:
    from extractors.models import load_encoder, load_nlp

    encoder = None if encoder_model is None else load_encoder(encoder_model)
    return toolkit(load_packs(paths), nlp=load_nlp(spacy_model), encoder=encoder)


def load_toolkit(settings: Settings) -> Toolkit:
    """Return the compiled extractors with both models. Takes seconds the first time."""
    return _load(tuple(settings.packs), settings.spacy_model, settings.encoder_model)


def load_readers(settings: Settings) -> Toolkit:
    """Return the extractors without the encoder, whose vectors only the comparison of articles needs."""
    return _load(tuple(settings.packs), settings.spacy_model, None)
