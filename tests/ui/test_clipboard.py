"""In a process of its own: what is tested is how a process ends."""

import subprocess
import sys

PROGRAM = """
import sys
from qtpy.QtCore import QMimeData
from qtpy.QtWidgets import QApplication
from jjjmap.ui.clipboard import hand_over_clipboard

app = QApplication(sys.argv[:1])
data = QMimeData()
data.setText("甲\\t乙")
data.setHtml("<table></table>")
app.clipboard().setMimeData(data)
del data
hand_over_clipboard()
assert app.clipboard().text() == "甲\\t乙"
"""


def test_a_program_that_copied_rows_ends_in_order():
    done = subprocess.run([sys.executable, "-X", "utf8", "-c", PROGRAM], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
