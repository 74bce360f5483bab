"""Training of a mention detector, from a YAML file to a model folder."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from transformers import AutoTokenizer, set_seed
from transformers.trainer_utils import get_last_checkpoint

from graph.open_graph import local_graph
from graph.packaged import packaged_graph
from ingest.annotate import lexicon_over
from ingest.corpora import lines
from ingest.corpora.read import read_documents
from ingest.document import Document
from ingest.evaluate_spans import retyped, span_scores
from ingest.find import Find, dictionary
from kgbert import encoder as encoders
from kgbert.config import DetectorConfig
from kgbert.detector import Detector
from kgbert.errors import TaskError
from kgbert.ner import KGBertForTokenClassification, TagCollator, TagExample, TagExampleMaker
from kgbert.train_config import PACKAGED, DetectorTrainConfig
from kgbert.trainer import PartTrainer, arguments


def train_detector(config: DetectorTrainConfig) -> dict[str, Any]:
    """Train a detector, write it to ``config.out`` and return its figures (also in ``metrics.json`` there).

    A run that was broken off goes on from its last checkpoint; a finished one is not run again.

    Raises:
        TaskError: The files hold no mention of a type that is to be learnt.
    """
    done = config.out / "metrics.json"
    if done.exists():
        return json.loads(done.read_text(encoding="utf-8"))
    if config.optimisation.threads:
        torch.set_num_threads(config.optimisation.threads)
    set_seed(config.optimisation.seed)
    names = names_of(config.graph, frozenset(config.types)) if config.graph else None
    shape = DetectorConfig(types=tuple(config.types), hints=names is not None, **config.model)
    tokenizer = AutoTokenizer.from_pretrained(encoders.find(shape.encoder, sha256=shape.encoder_sha256))
    examples = list(_examples(config, TagExampleMaker(tokenizer, shape), names))
    model = KGBertForTokenClassification(shape)
    trainer = PartTrainer(
        model,
        examples,
        config.optimisation,
        args=arguments(config.optimisation, out=config.out, labels="acceptable"),
        data_collator=TagCollator(pad_token_id=tokenizer.pad_token_id),
    )
    trainer.train(resume_from_checkpoint=get_last_checkpoint(config.out) if config.out.is_dir() else None)
    model.save_pretrained(config.out)
    metrics = {"examples": len(examples), "history": trainer.state.log_history}
    metrics |= _evaluated(config, Detector(model, tokenizer, dictionary=names))
    lines.write([json.dumps(metrics, indent=1)], done)
    return metrics


def names_of(graph: Path | str, types: frozenset[str]) -> Find:
    """Return what finds the names of a graph: its folder or address, or ``packaged``."""
    with local_graph(packaged_graph() if graph == PACKAGED else graph) as store:
        return dictionary(lexicon_over(store), types=types)


def read_annotated(path: Path, types: dict[str, list[str]]) -> list[Document]:
    """Return the documents of a file with the entities of ``types`` (each with what the file calls it)."""
    called = {own: type for type, names in types.items() for own in names}
    return [retyped(document, called) for document in read_documents(path)]


def _examples(config: DetectorTrainConfig, make: TagExampleMaker, names: Find | None) -> Iterator[TagExample]:
    seen: set[str] = set()
    for path in config.train:
        documents = read_annotated(path, config.types)
        annotated = frozenset(entity.type for document in documents for entity in document.entities)
        seen |= annotated
        for document in documents:
            hinted = names(document.text) if names else ()
            yield from make.labelled(document, annotated=annotated, hinted=hinted)
    if missing := sorted(config.types.keys() - seen):
        raise TaskError(f"no mention of type {', '.join(missing)} in {', '.join(map(str, config.train))}")


def _evaluated(config: DetectorTrainConfig, detector: Detector) -> dict[str, Any]:
    """Return strict span scores for every file in ``config.evaluate``, by its path's name and type."""
    figures = {}
    for path in config.evaluate:
        gold = read_annotated(path, config.types)
        scores = span_scores(gold, detector.pipe(gold))
        figures[path.name] = {type: score.to_dict() for type, score in scores.items()}
    return {"spans": figures} if figures else {}
