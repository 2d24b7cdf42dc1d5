"""Two documents compared by what they say."""
