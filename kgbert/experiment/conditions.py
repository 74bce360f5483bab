"""What a run of an experiment is given in place of text and graph as they are: the controls, one line each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kgbert.errors import ConfigError

TRUE, UNFILTERED, SHUFFLED, REWIRED, OTHER, NO_GRAPH = "true", "unfiltered", "shuffled", "rewired", "other", "none"
"""Which graph a run sees: the filtered one, the one with its leaks, a control made of the filtered one, one of other
vocabularies, or none."""

DEGREES = "degrees"


@dataclass(frozen=True, slots=True)
class Condition:
    """One row of an ablation table.

    Attributes:
        name: Short name, such as ``A8``.
        about: What is done, for tables.
        model: Settings of :class:`~kgbert.config.KGBertConfig` that differ from the experiment's.
        graph: Which graph is read in training and, unless ``test_graph`` says otherwise, in the test.
        test_graph: Which graph is read in the test.
        random_names: Whether a concept's vector is drawn at random instead of made of its name.
        features: Numbers that pairs come with: ``degrees`` for counts of their concepts' relations
            (:mod:`graph.degrees`), or the name of a graph embedding (:mod:`kgbert.plausibility`); empty for none.
        predicted_entities: Whether the test's entities are found by the names of the graph instead of given.
        trained_as: Condition whose trained model is tested; nothing is trained.
    """

    name: str
    about: str
    model: Mapping[str, Any] = field(default_factory=dict, hash=False)
    graph: str = TRUE
    test_graph: str = ""
    random_names: bool = False
    features: str = ""
    predicted_entities: bool = False
    trained_as: str = ""

    @property
    def trains(self) -> str:
        """Name of the condition that the model is trained under."""
        return self.trained_as or self.name


_NUMBERS = {"fusion_layers": [], "pair_inputs": ["features"]}

_PLAUSIBLE = {"fusion_layers": [], "pair_inputs": ["nodes", "paths", "counts", "features"]}

_CONDITIONS = (
    Condition("A0", "text only", {"knowledge": False}, graph=NO_GRAPH),
    Condition("A1", "learnt memory in place of the graph, as many parameters", {"memory": 64}, graph=NO_GRAPH),
    Condition("A2", "shuffled graph, types and degrees kept", graph=SHUFFLED),
    Condition("A3", "true graph, random node features", random_names=True),
    Condition("A4", "rewired edges, types kept, degrees not", graph=REWIRED),
    Condition("A5", "no message passing", {"gnn_layers": 0}),
    Condition("A6", "edge counter, no node states", {"fusion_layers": [], "pair_inputs": ["edges"]}),
    Condition("A7", "knowledge as text", {"knowledge": False, "fact_tokens": 96}),
    Condition("A8", "full, filtered: the system"),
    Condition("A9", "full, unfiltered: the size of the leak", graph=UNFILTERED),
    Condition("A10", "graph only, words masked", {"mask_text": True, "text_loss": 0.0}),
    Condition("A11", "predicted entities in the test", predicted_entities=True, trained_as="A8"),
    Condition("A12", "shuffled graph in the test only", test_graph=SHUFFLED, trained_as="A8"),
    Condition("A13", "counts only, no identities", _NUMBERS, features=DEGREES),
    Condition("A14", "another ontology in the test only", test_graph=OTHER, trained_as="A8"),
    Condition("V0", "knowledge attention alone", {"pair_inputs": []}),
    Condition("V1", "pair score alone (late fusion)", {"fusion_layers": []}),
    Condition("V1d", "pair score alone, with relation plausibilities by DistMult", _PLAUSIBLE, features="DistMult"),
    Condition("V1r", "pair score alone, with relation plausibilities by RotatE", _PLAUSIBLE, features="RotatE"),
    Condition(
        "V2", "node states at the mentions' markers", {"fusion_layers": [], "pair_inputs": [], "node_tokens": True}
    ),
    Condition("V4t", "A8, in training a third of the pairs without text", {"text_dropout": 0.3}),
    Condition("V4k", "A8, in training a third of the windows without graph", {"knowledge_dropout": 0.3}),
    Condition("V4r", "A8, in training a third of the windows without relations", {"relation_dropout": 0.3}),
    Condition("V4ro", "the model of V4r, another ontology in the test only", test_graph=OTHER, trained_as="V4r"),
    Condition("V4a", "A8, mentions learn which node is theirs", {"alignment_loss": 0.1}),
    Condition("V4l", "A8, nodes learn which edges there are", {"link_loss": 0.1}),
    Condition("V4e", "A8, attention after the second layer", {"fusion_layers": [1]}),
    Condition("V4g", "A8, three rounds of message passing", {"gnn_layers": 3}),
)

CONDITIONS: Mapping[str, Condition] = {condition.name: condition for condition in _CONDITIONS}
"""By name. V3, knowledge as text, is A7; V4, attention and pair score together, is A8."""


def protocol(*, unfiltered: bool, other: bool) -> list[str]:
    """Return the names of the ablation protocol, A0 to A14.

    A9 is among them only where there is an ``unfiltered`` graph, A14 only where there is one of ``other`` vocabularies.
    """
    left_out = {name for name, there in (("A9", unfiltered), ("A14", other)) if not there}
    return [name for name in CONDITIONS if name.startswith("A") and name not in left_out]


def condition_named(name: str) -> Condition:
    """Return the condition called ``name``.

    Raises:
        ConfigError: There is none; the message lists those there are.
    """
    if name not in CONDITIONS:
        raise ConfigError(f"unknown condition {name!r}; known: {', '.join(CONDITIONS)}")
    return CONDITIONS[name]
