"""jjjmap: a desktop map explorer of industrial collaboration in Beijing–Tianjin–Hebei (京津冀)."""

__version__ = "0.1.0"
