"""Layers: the GeoJSON that we ship and its looks; later also what users bring."""
