"""The open project: opening, saving, keeping, and finding again what a crash left."""
