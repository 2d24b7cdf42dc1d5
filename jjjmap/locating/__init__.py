"""Firms and addresses placed without a network: zone, town or county, with evidence and confidence."""
