"""One HTML file that holds a whole map: content, page, scripts, and the check of a file that came back."""
