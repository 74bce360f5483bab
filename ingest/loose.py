"""Looser forms of keys: names that differ in word order, function words, endings, or in one word for another.

What counts as one word was chosen by what the synonyms of the Human Phenotype Ontology say of each other (mostly pairs
of words that tell apart the synonyms of three concepts or more, and hardly ever concepts), and on the development sets
of BC5CDR, the NCBI disease corpus and GSC+.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain, groupby

from ingest.normalize import word_form
from ingest.scripts import UNSPACED

_STOP = frozenset(
    "a an and by disease disorder due for in of on or syndrome the to type with morphology shape nd rd th".split()
)
_SPLIT = re.compile(r"\d+|\D+")
_UNSPACED = re.compile(f"[{UNSPACED}]")
_BEFORE_UNSPACED = "\u0e00"
_SUFFIX = re.compile(
    r"(?<=[a-z]{4})(?:"
    r"(?P<l>ular|ulae|ula|ule|le)"  # muscular, muscle; fistulae, fistula
    r"|sis|tic|sia|stic|ic|ia|y|ism"  # dysplastic, dysplasia; scoliotic, scoliosis; hypotonic, hypotonia
    r"|eal|ial|al|ar|ae|a|e|um|us|is"  # tibial, tibia; corneal, cornea
    r"|icity|ity|ness|ment|ation|ated|ion|ence|ent|ance|ant|ency|ed|ing|ly"  # rigidity, rigid; delayed, delay
    r")$"
)


def loose_key(key: str) -> str:
    """Return a looser form of a key: its words in alphabetical order, each once, with one word for several.

    Function words and ``disease``, ``disorder``, ``syndrome`` and ``type`` are left out, letters and digits that touch
    are taken apart, endings are cut off ("hypoplastic", "hypoplasia"), and words that name the same in most diseases
    ("renal" and "kidney", "cancer" and "tumor", Roman and Arabic numbers) become one. Letters of a script without
    spaces stay together. Empty when nothing is left.
    """
    words = chain.from_iterable(map(loose_words, _together(key.split(" "))))
    return " ".join(sorted(set(words)))


@lru_cache(maxsize=1 << 16)
def loose_words(word: str) -> tuple[str, ...]:
    """Return what stands for a word of a key in its loose form: nothing for a function word."""
    stems = (_stem(part) for part in _SPLIT.findall(word) if part not in _STOP)
    return tuple(_SAME.get(stem, stem) for stem in stems)


def _stem(word: str) -> str:
    match = _SUFFIX.search(word)
    return word[: match.start()] + (match.lastgroup or "") if match else word


def _together(words: list[str]) -> Iterator[str]:
    """Join letters of scripts without spaces, whose order is the word."""
    for unspaced, run in groupby(words, key=lambda word: word > _BEFORE_UNSPACED and bool(_UNSPACED.match(word))):
        if unspaced:
            yield "".join(run)
        else:
            yield from run


_SAME = {
    _stem(word_form(other)): _stem(word_form(word))
    for word, *others in map(
        str.split,
        """neoplasm cancer carcinoma malignancy neoplasia neoplastic tumor
        kidney renal nephro
        liver hepatic
        heart cardiac
        lung pulmonary
        chest thorax thoracic
        brain cerebral
        stomach gastric
        bowel intestinal intestine
        pancreas pancreatic
        spleen splenic
        aorta aortic
        eye ocular ophthalmic
        eyelid palpebral
        vision visual
        hearing auditory
        tooth dental teeth dentition
        muscle muscular musculature
        joint articular
        bladder vesical
        vein venous
        artery arterial
        skin cutaneous dermal
        face facial facies
        nose nasal
        nostril naris nares
        ear auricular otic aural pinna
        mouth oral
        tongue lingual
        lip labial
        gum gingiva
        skull cranium cranial
        clavicle collarbone
        femur femoral
        wrist carpal
        limb extremity
        phalanx phalangeal phalanges
        epiphysis epiphyseal
        metaphysis metaphyseal
        diaphysis diaphyseal
        foot feet
        gait walk
        injury damage trauma lesion
        dysfunction impairment disturbance loss
        insufficiency failure
        seizure convulsion
        palsy paralysis
        edema swelling swollen
        obstruction blockage
        stenosis narrow
        hypermobility laxity
        hereditary familial inherited
        hypersensitivity allergy allergic
        infarction infarct
        abnormality abnormal anomaly malformation defect manifestation deformity anomalous issue problem sign
        deficiency deficient
        absence absent agenesis aplasia lack missing
        hypoplasia underdeveloped underdevelopment hypotrophy small
        hyperplasia hypertrophy enlarged enlargement large big overgrowth
        atrophy wasting
        fusion fused synostosis
        cleft bifid
        double duplication
        bleeding hemorrhage
        fracture broken
        wide broad widened broadened
        long elongated
        short shortened shortening
        flat flattened
        thick thickened
        increased elevated high raised
        decreased reduced low diminished
        level concentration
        delay retarded retardation
        recurrent frequent
        partial focal
        extra supernumerary accessory
        multiple numerous
        prenatal antenatal intrauterine
        infancy infantile
        crease groove furrow
        gray grey
        1 i first
        2 ii second
        3 iii third
        4 iv fourth
        5 v fifth
        6 vi""".splitlines(),
    )
    for other in others
    if _stem(word_form(other)) != _stem(word_form(word))
}
