"""All that a database holds, to be compared."""

import json

import neo4j


def dump(driver: neo4j.Driver) -> list[str]:
    """Return everything in the database, but for when it was written and by which push."""
    nodes = driver.execute_query("MATCH (n) RETURN labels(n) AS labels, properties(n) AS properties").records
    edges = driver.execute_query(
        "MATCH (a)-[r]->(b) RETURN a.id AS a, type(r) AS type, properties(r) AS properties, b.id AS b"
    ).records
    for node in nodes:
        for name in ("push", "pushed", "began"):
            node["properties"].pop(name, None)
    return sorted(json.dumps(record.data(), sort_keys=True) for record in (*nodes, *edges))
