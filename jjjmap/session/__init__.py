"""What is open now, and who hears of a change: state on QtCore, without a widget."""
