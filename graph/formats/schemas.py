"""Schemas of published tables, one constant each."""

from graph.formats.schema import End, IdRule, Layout, RelationSchema, TableSchema

_NLM = "Courtesy of the U.S. National Library of Medicine; attribution, no endorsement implied"
_MESH_IDS = (IdRule("MESH", r"\*?([CDQ]\d+)"),)
_DRUGBANK_IDS = (IdRule("DRUGBANK", r"DB\d+"),)
_STITCH_FLAT = (IdRule("PUBCHEM.COMPOUND", r"CID10*(\d+)"),)
_UMLS_IDS = (IdRule("UMLS", r"C\d{7}"),)

MESH_TREE_TYPES = (
    ("A", "Anatomy"),
    ("B", "Organism"),
    ("C", "Disease"),
    ("D", "Chemical"),
    ("E", "Procedure"),
    ("F", "Psychology"),
    ("F03", "Disease"),
    ("G", "Phenomenon"),
    ("H", "Discipline"),
    ("I", "Social"),
    ("J", "Technology"),
    ("K", "Humanities"),
    ("L", "Information"),
    ("M", "Person"),
    ("N", "Health Care"),
    ("V", "Publication"),
    ("Z", "Location"),
)
"""Type by the beginning of a MeSH tree number: the categories in one word, mental disorders counted as diseases."""

MESH_DESCRIPTORS = TableSchema(
    name="MeSH",
    layout=Layout(("id", "name", "entry_terms", "tree_numbers", "taxon"), quote='"'),
    ids=_MESH_IDS,
    names=("name", "entry_terms"),
    tree_numbers="tree_numbers",
    tree_types=MESH_TREE_TYPES,
    xrefs=(("taxon", "NCBITaxon"),),
    first_line=r"D\d{6,}\t[^\t]*\t[^\t]*\t[^\t]*\t",
    licence=_NLM,
)
"""MeSH main headings: id, name, entry terms, tree numbers, NCBI taxonomy id."""

MESH_SUPPLEMENTARY = TableSchema(
    name="MeSH",
    layout=Layout(("id", "name", "synonyms", "headings"), separators=(("headings", ","),), quote='"'),
    ids=_MESH_IDS,
    names=("name", "synonyms"),
    relations=(("headings", "mapped_to"),),
    first_line=r"C\d{6,}\t[^\t]*\t[^\t]*\t\*?D",
    licence=_NLM,
)
"""MeSH supplementary concepts: id, name, synonyms, headings that they are mapped to."""

MESH_RETIRED = TableSchema(
    name="MeSH",
    layout=Layout(("retired_id", "current_id", "name", "source"), header=True),
    id=("retired_id",),
    ids=_MESH_IDS,
    replaced_by="current_id",
    licence=_NLM,
)
"""MeSH ids that are no longer current, with the id that took over."""

MEDIC = TableSchema(
    name="MEDIC",
    layout=Layout(("ids", "names"), delimiter="||"),
    id=("ids",),
    ids=(IdRule("MESH", r"[CD]\d*"), IdRule("OMIM", r"\d+")),
    names=("names",),
    types=("Disease",),
    first_line=r"(?:(?:[CD]\d*|\d+)\|)+\|[^|]",
    version="2012-07-06",
    licence="CTD, research use",
)
"""The disease dictionary used with the NCBI disease corpus: ``id|alternative ids||name|synonyms``."""

SIDER_SIDE_EFFECTS = RelationSchema(
    name="SIDER",
    layout=Layout(("stitch_flat", "stitch_stereo", "label_cui", "meddra_type", "meddra_cui", "meddra_name")),
    subject=End("stitch_flat", _STITCH_FLAT),
    object=End("meddra_cui", _UMLS_IDS, name="meddra_name", types=("Disease",)),
    predicate="has_side_effect",
    first_line=r"CID1\d{8}\tCID0\d{8}\tC\d{7}\t(?:PT|LLT)?\t",
    version="4.1",
    licence="CC BY-NC-SA 4.0",
)
"""``meddra_all_se.tsv``: drugs as PubChem compounds, effects as UMLS concepts."""

SIDER_INDICATIONS = RelationSchema(
    name="SIDER",
    layout=Layout(
        ("stitch_flat", "label_cui", "method", "label_name", "meddra_type", "meddra_cui", "meddra_name"),
    ),
    subject=End("stitch_flat", _STITCH_FLAT),
    object=End("meddra_cui", _UMLS_IDS, name="meddra_name", types=("Disease",)),
    predicate_column="method",
    predicates=(("text_mention", "indicated_for"), ("NLP_indication", "indicated_for")),
    first_line=r"CID1\d{8}\tC\d{7}\t(?:text_mention|NLP_)",
    version="4.1",
    licence="CC BY-NC-SA 4.0",
)
"""``meddra_all_indications.tsv`` without its preconditions, which are what a label warns about as often as not."""

DRUGBANK_DRUGS = TableSchema(
    name="DrugBank",
    layout=Layout(("drugbank_id", "name", "atc_codes", "description"), header=True, quote='"'),
    id=("drugbank_id",),
    ids=_DRUGBANK_IDS,
    types=("Chemical",),
    xrefs=(("atc_codes", "ATC"),),
    definition="description",
    licence="CC BY-NC 4.0",
)
"""Drugs of DrugBank with ATC codes, as the table of dhimmel/drugbank has them."""

DRUGBANK_TARGETS = RelationSchema(
    name="DrugBank",
    layout=Layout(("drugbank_id", "category", "uniprot_id", "pubmed_ids"), header=True),
    subject=End("drugbank_id", _DRUGBANK_IDS),
    object=End("uniprot_id", (IdRule("UNIPROT"),), name="uniprot_id", types=("Protein",)),
    predicate_column="category",
    predicates=(
        ("target", "has_target"),
        ("enzyme", "has_enzyme"),
        ("transporter", "has_transporter"),
        ("carrier", "has_carrier"),
    ),
    evidence="pubmed_ids",
    licence="CC BY-NC 4.0",
)
"""Proteins that a drug acts on or is handled by, with publications; the protein's accession stands for its name."""

HGNC = TableSchema(
    name="HGNC",
    layout=Layout(
        (
            "HGNC ID",
            "Approved symbol",
            "Approved name",
            "Status",
            "Alias symbols",
            "NCBI Gene ID(supplied by NCBI)",
            "UniProt ID(supplied by UniProt)",
            "Previous symbols",
        ),
        header=True,
        separator=", ",
        separators=(("Approved name", "\n"),),
    ),
    id=("HGNC ID",),
    ids=(IdRule("", r"HGNC:\d+"),),
    names=("Approved name", "Approved symbol", "Alias symbols", "Previous symbols"),
    types=("Gene",),
    xrefs=(("NCBI Gene ID(supplied by NCBI)", "NCBIGene"), ("UniProt ID(supplied by UniProt)", "UNIPROT")),
    licence="CC0 1.0",
)
"""Human genes as the custom downloads of HGNC have them, withdrawn symbols among them; the full name comes first."""

PHARMACOTHERAPYDB = RelationSchema(
    name="PharmacotherapyDB",
    layout=Layout(("doid_id", "drugbank_id", "disease", "drug", "category"), header=True),
    subject=End("drugbank_id", _DRUGBANK_IDS, name="drug", types=("Chemical",)),
    object=End("doid_id", (IdRule("", r"DOID:\d+"),), name="disease", types=("Disease",)),
    predicate_column="category",
    predicates=(("DM", "treats"),),
    version="1.0",
    licence="CC0 1.0",
)
"""Drugs that change the course of a disease (category DM), after physicians' review."""

SCHEMAS: tuple[TableSchema | RelationSchema, ...] = (
    MESH_DESCRIPTORS,
    MESH_SUPPLEMENTARY,
    MESH_RETIRED,
    MEDIC,
    SIDER_SIDE_EFFECTS,
    SIDER_INDICATIONS,
    DRUGBANK_DRUGS,
    DRUGBANK_TARGETS,
    HGNC,
    PHARMACOTHERAPYDB,
)
"""Every schema that a file is recognised by."""
