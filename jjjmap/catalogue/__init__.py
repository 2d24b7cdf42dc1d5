"""Places, passages, figures and sources: the facts, without geometry and without any library."""
