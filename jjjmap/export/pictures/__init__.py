"""Maps as SVG, PDF and PNG."""
