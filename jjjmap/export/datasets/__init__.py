"""What a map shows as data for other programs: layers, records, styles; the formats stand next door."""
