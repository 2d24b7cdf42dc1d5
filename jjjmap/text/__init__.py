"""The policy library: documents, what they name and every figure in them, each with its place in the text."""
