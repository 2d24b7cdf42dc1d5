"""Users' layers as the page draws them: points, tiles and densities as typed arrays, hits as row numbers."""
