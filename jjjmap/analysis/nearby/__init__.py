"""Questions about what is near: rings, the nearest of each kind, inside, overlap, buffer, along a line."""
