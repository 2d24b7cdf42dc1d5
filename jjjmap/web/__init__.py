"""A browser for our own pages: the scheme, what a page may reach, and the words it exchanges."""

import jjjmap.binding  # noqa: F401  It chooses before any of Qt is loaded.
