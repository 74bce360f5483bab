"""A graph on a Neo4j server (5.23 or newer), by way of the official driver, which is imported when it is needed."""
