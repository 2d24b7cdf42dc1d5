"""How a user's layer looks: classes reckoned from its values, ramps, and styles of other programs."""
