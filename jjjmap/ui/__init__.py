"""What the user sees: window, panels, dialogs, and the sentences in them."""

import jjjmap.binding  # noqa: F401  It chooses before any of Qt is loaded.
