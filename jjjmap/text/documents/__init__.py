"""Files as text: read, cleaned in steps that can be taken back, cut into passages."""
