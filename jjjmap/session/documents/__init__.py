"""The policy library of the open window."""
