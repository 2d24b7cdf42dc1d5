"""Where rows of a list crowd together, how sure that is, and whether policy names a cluster there."""
