"""A user's data file, of any format and encoding, as the tables of layers."""
