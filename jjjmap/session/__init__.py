"""What is open now, and who hears of a change: state on QtCore, without a widget."""

import jjjmap.binding  # noqa: F401  It chooses before any of Qt is loaded.
