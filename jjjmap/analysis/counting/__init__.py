"""How many rows lie in each area, by category and period: one kernel for every engine."""
