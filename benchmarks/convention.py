"""What each convention of marking mentions is worth on development parts, from raw text, names of the ontology only.

    python benchmarks/convention.py

GSC+ with HPO, as it is and as it was at the end of 2014; diseases of BC5CDR and the NCBI disease corpus with MEDIC,
where nothing is nested. Strict span and concept, as in benchmarks/linking.py.
"""

import argparse
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

from graph.embedded_store import EmbeddedGraphStore
from graph.formats.obo import read_obo
from graph.formats.reading import Reading
from ingest.convention import PLAIN, Convention
from ingest.corpora.read import read_documents
from ingest.evaluate import linked_anew, score_entities
from ingest.lexicon import Lexicon
from ingest.link import MENTION_TYPES, Linker
from ingest.nested import above_in
from linking import DATA, TASKS, Names, corpus, raw_text, read, same_ids

RESULTS = Path(__file__).parent / "results" / "convention-dev.json"
HPO = DATA / "ontologies" / "hpo" / "hp.obo.gz"
GSC = DATA / "corpora" / "hpo_gsc" / "GSCplus_dev_gold.tsv"
BEFORE_GSC = "2014-12-31"
ALL = Convention(nested=True, composite=True, short_forms=False)
CONVENTIONS = (PLAIN, Convention(nested=True), Convention(nested=True, composite=True), ALL)


def main() -> None:
    """Measure and write the results."""
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for row in (*phenotypes(Path(folder)), *diseases(Path(folder))):
            print(json.dumps(row), flush=True)
            rows.append(row)
    RESULTS.write_text(json.dumps({"rows": rows}, indent=1) + "\n")


def phenotypes(folder: Path) -> Iterator[dict[str, object]]:
    """Yield a row for each convention over HPO, and the last one over the HPO of 2014."""
    gold = list(read_documents(GSC))
    for until, conventions in (("", CONVENTIONS), (BEFORE_GSC, (ALL,))):
        ontology = read_obo(HPO, reading=Reading(until=until))
        with EmbeddedGraphStore.from_ontologies(folder / f"hpo{until}", ontology) as store:
            linker = Linker(Lexicon.compile(store, folder / f"names{until}"))
            above = above_in(store)
            for convention in conventions:
                found = linked_anew(gold, linker, end_to_end=True, convention=convention, above=above)
                report = score_entities(gold, found, same=linker.lexicon.current).to_dict()
                yield {"task": "GSC+", "convention": convention.differences(), "until": until, **report}


def diseases(folder: Path) -> Iterator[dict[str, object]]:
    """Yield a row for each corpus of diseases, without and with things that share words."""
    for task in TASKS:
        if task.type != "Disease" or task.ontologies != ("MEDIC",):
            continue
        types = frozenset({task.type}) | MENTION_TYPES[task.type]
        lexicon = Lexicon.compile(Names(read(task.ontologies).values()), folder / "medic", types=types)
        for convention in (PLAIN, Convention(composite=True)):
            report = raw_text(corpus([task.dev]), Linker(lexicon), task.type, same_ids(task), convention=convention)
            yield {"task": task.name, "convention": convention.differences(), **report}


if __name__ == "__main__":
    main()
