"""Briefings: one page about one place, as PDF, Word and HTML."""
