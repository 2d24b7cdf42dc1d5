"""The layers of the map and the user's own among them: rows, looks, joins, placing."""
