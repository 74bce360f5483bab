"""Losses beside the task's own."""

import torch
from toys import example, small_config

from kgbert.model import KGBertForRelationExtraction
from kgbert.nn.auxiliary import LinkPrediction, MentionNodeAlignment

WORDS = "aspirin caused severe bleeding"


def test_a_mention_is_asked_among_the_nodes_of_its_own_window():
    align = MentionNodeAlignment(width=2, node_width=2)
    with torch.no_grad():
        align.map.weight.copy_(torch.eye(2) * 40)
    nodes = torch.eye(2)[[0, 1, 0, 1]]
    mentions, window = torch.eye(2), torch.tensor([0, 1])
    node_window = torch.tensor([0, 0, 1, 1])
    right = align(mentions, window, torch.tensor([0, 3]), nodes, node_window)
    assert right < 1e-3, "nodes of the other window that look the same do not count"
    assert align(mentions, window, torch.tensor([1, -1]), nodes, node_window) > 10
    assert align(mentions, window, torch.tensor([-1, -1]), nodes, node_window) == 0


def test_edges_are_learnt():
    torch.manual_seed(0)
    links = LinkPrediction(node_width=8, feature_width=4)
    nodes = torch.randn(12, 8, requires_grad=True)
    edges = (torch.stack([torch.arange(6), torch.arange(6) + 6]), torch.zeros(6, dtype=torch.long), torch.randn(1, 4))
    optimizer = torch.optim.Adam([nodes, *links.parameters()], lr=0.05)
    losses = []
    for _ in range(200):
        optimizer.zero_grad()
        loss = links(nodes, *edges)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert sum(losses[-20:]) < 0.5 * sum(losses[:20])
    none = (edges[0][:, :0], edges[1][:0], edges[2])
    assert links(nodes, *none) == 0


def test_they_are_added_where_asked_for_and_leave_no_part_of_them_otherwise(encoder, collate):
    plain = small_config(encoder)
    assert not any(
        n.startswith(("alignment", "links")) for n, _ in KGBertForRelationExtraction(plain).named_parameters()
    )
    batch = collate([example(WORDS)])
    torch.manual_seed(0)
    one = KGBertForRelationExtraction(small_config(encoder, alignment_loss=1.0, link_loss=1.0)).eval()
    asked = one(**batch).loss
    asked.backward()
    for part in (one.alignment, one.links):
        assert all(weight.grad is not None and weight.grad.any() for weight in part.parameters())
    one.config.alignment_loss = one.config.link_loss = 0.0
    assert one(**batch).loss < asked
