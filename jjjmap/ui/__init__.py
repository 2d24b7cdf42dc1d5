"""What the user sees: window, panels, dialogs, and the sentences in them."""
