"""Questions to the rows of a user's layer: filters, statistics, joins."""
