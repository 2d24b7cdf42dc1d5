"""Users' layers inside an exported page: what of them leaves, and as which bytes."""
