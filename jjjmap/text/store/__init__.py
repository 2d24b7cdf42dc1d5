"""The user's documents in one SQLite file, with all that was read and decided."""
