"""A subgraph as sentences."""

from toys import PATHS, subgraph

from kgbert.facts import facts


def test_paths_come_first_each_edge_in_its_own_direction_and_nothing_twice():
    said = facts(subgraph(), (PATHS,))
    assert said == (
        "aspirin has side effect ulcer, ulcer is a bleeding. bleeding treats aspirin. aspirin is a drug. "
        "aspirin has side effect ulcer. ulcer is a bleeding."
    )


def test_a_path_through_a_concept_that_was_cut_is_left_out():
    held = subgraph()
    cut = held._replace(
        concepts=tuple(c for c in held.concepts if c.name != "ulcer"),
        relations=tuple(r for r in held.relations if "MESH:D014456" not in (r.subject, r.object)),
    )
    assert facts(cut, (PATHS,)) == "bleeding treats aspirin. aspirin is a drug."
