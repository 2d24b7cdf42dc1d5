"""Full-text search over all documents, and counts of what they name."""
