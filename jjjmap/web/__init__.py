"""A browser for our own pages: the scheme, what a page may reach, and the words it exchanges."""
