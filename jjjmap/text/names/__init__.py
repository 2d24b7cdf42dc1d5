"""What a text names: places, towns and chains, found by a closed gazetteer and the words around."""
