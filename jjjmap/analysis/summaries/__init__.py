"""Rows summed up by unit: counts, shares, growth and the measures of regional economics."""
