"""Flows: from where to where, how much, and which way the balance goes."""
