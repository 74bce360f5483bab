"""What the text says: documents, mentions, and the concepts that they are linked to."""
