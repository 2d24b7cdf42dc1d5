"""Measures of regional economics as formulas over arrays, each with its source."""
