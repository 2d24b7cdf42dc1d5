"""Exports: files that leave the program, each whole, safe to pass on, and written all or not at all."""
