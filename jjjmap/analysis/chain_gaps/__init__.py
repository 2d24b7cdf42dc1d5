"""Firms of a list on the links of a chain; links without firms, and where they might come to be."""
