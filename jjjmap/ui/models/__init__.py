"""Qt item models over plain data; no widgets."""
