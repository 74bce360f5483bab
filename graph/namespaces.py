"""Namespaces of the semantic web: those that have one usual prefix, and those that this package reads."""

OBO = "http://purl.obolibrary.org/obo/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
SKOS_XL = "http://www.w3.org/2008/05/skos-xl#"
OBO_IN_OWL = "http://www.geneontology.org/formats/oboInOwl#"
DCTERMS = "http://purl.org/dc/terms/"
DC = "http://purl.org/dc/elements/1.1/"
COMMONS = "https://www.omg.org/spec/Commons/AnnotationVocabulary/"
FIBO = "https://spec.edmcouncil.org/fibo/ontology/FND/Utilities/AnnotationVocabulary/"

WELL_KNOWN: dict[str, str] = {
    RDF: "rdf",
    RDFS: "rdfs",
    OWL: "owl",
    XSD: "xsd",
    SKOS: "skos",
    SKOS_XL: "skosxl",
    OBO: "obo",
    OBO_IN_OWL: "oboInOwl",
    DCTERMS: "dcterms",
    DC: "dc",
    COMMONS: "cmns-av",
    "http://xmlns.com/foaf/0.1/": "foaf",
    "http://www.w3.org/ns/prov#": "prov",
    "http://schema.org/": "schema",
    "http://purl.org/vocab/vann/": "vann",
    "http://www.orpha.net/ORDO/Orphanet_": "Orphanet",
    "http://www.ebi.ac.uk/efo/EFO_": "EFO",
    "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl#": "NCIT",
    "http://id.nlm.nih.gov/mesh/": "MESH",
    "http://snomed.info/id/": "SNOMEDCT",
    "http://linkedlifedata.com/resource/umls/id/": "UMLS",
    "http://id.who.int/icd/entity/": "ICD11",
    "http://purl.uniprot.org/uniprot/": "UNIPROT",
    "http://www.wikidata.org/entity/": "WIKIDATA",
    "http://dbpedia.org/resource/": "dbpedia",
    "http://aims.fao.org/aos/agrovoc/": "AGROVOC",
    "http://eurovoc.europa.eu/": "EUROVOC",
    "http://id.loc.gov/authorities/subjects/": "LCSH",
    "http://zbw.eu/stw/descriptor/": "STW",
    "http://id.agrisemantics.org/gacs/": "GACS",
}
"""The prefix that each of these namespaces has everywhere, whatever a file calls it."""
