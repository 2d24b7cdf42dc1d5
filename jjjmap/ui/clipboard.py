"""The clipboard when the program ends."""

from qtpy.QtGui import QGuiApplication


def hand_over_clipboard() -> None:
    """Leave what was copied as plain text: data that Python made are freed by Qt after Python has gone.

    That ended the process with a segmentation fault. What another program copied is left alone; the platform
    ``offscreen`` cannot tell, and has no other programs.
    """
    clipboard = QGuiApplication.clipboard()
    if clipboard.ownsClipboard() or QGuiApplication.platformName() == "offscreen":
        clipboard.setText(clipboard.text())
