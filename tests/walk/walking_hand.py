"""What a person does at the window: waits, answers what asks, and sees which dialogs and docks there are."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from qtpy.QtCore import QElapsedTimer, QEventLoop, QObject, QPoint, Qt, QTimer
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QApplication, QDialog, QDockWidget, QFileDialog, QLineEdit, QMessageBox, QWidget

from jjjmap.ui.dialogs.unforeseen_dialog import UnforeseenDialog
from jjjmap.ui.main_window import MainWindow

LIMIT_MS = 60_000
TICK_MS = 20

Answer = Callable[[Any], None]


class Hand(QObject):
    """A person before the window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self.window = window
        self.dialogs: set[str] = set()
        """Classes of all dialogs that were on the screen."""
        self.docks: set[str] = set()
        self.boxes: list[str] = []
        """What message boxes said that nobody expected."""
        self._answers: list[Answer] = []
        self._answered: list[QWidget] = []  # Kept, so that no address is used again.
        self._is_giving = 0
        self.expects_failure = False
        self._failure: Exception | None = None
        self._eyes = QTimer(self)
        self._eyes.setInterval(TICK_MS)
        self._eyes.timeout.connect(self._look)
        self._eyes.start()

    # ---- waiting ----

    def wait(self, ms: int) -> None:
        loop = QEventLoop()
        QTimer.singleShot(ms, loop.quit)
        loop.exec()

    def until(self, condition: Callable[[], Any], what: str, limit_ms: int = LIMIT_MS) -> None:
        clock = QElapsedTimer()
        clock.start()
        while not condition():
            self.raise_failure()
            if clock.elapsed() > limit_ms:
                raise TimeoutError(f"{what}; boxes: {self.boxes}")
            self.wait(TICK_MS)

    def until_idle(self, what: str) -> None:
        """Wait until nothing runs and nothing asks."""
        session = self.window._session
        self.until(lambda: not session.tasks.running, what)
        self.wait(2 * TICK_MS)

    # ---- answering ----

    @contextmanager
    def answering(self, *answers: Answer) -> Iterator[None]:
        """Give the dialogs that come their answers, in this order; each must come, and no other."""
        assert not self._answers, "one question at a time"
        self._answers = list(answers)
        yield
        self.until(lambda: self._is_answered() or self._failure, "a dialog did not come")
        self._answers = []
        self.raise_failure()

    def _is_answered(self) -> bool:
        return not self._answers and not self._is_giving

    def raise_failure(self) -> None:
        """Raise what went wrong where Qt would have swallowed it."""
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure

    def _look(self) -> None:
        for each in QApplication.topLevelWidgets():
            if isinstance(each, QDialog) and each.isVisible():
                self.dialogs.add(type(each).__name__)
        asking = QApplication.activeModalWidget()
        if asking is None or any(asking is each for each in self._answered):
            return
        self._answered.append(asking)
        if isinstance(asking, UnforeseenDialog) and not self.expects_failure:
            self.boxes.append(asking.report.toPlainText())
            self._failure = AssertionError(self.boxes[-1])
            asking.close()
            return
        if not self._answers:
            said = asking.windowTitle()
            if isinstance(asking, QMessageBox):
                said = f"{asking.text()} {asking.informativeText()}"
            self.boxes.append(f"{type(asking).__name__}: {said}")
            asking.close()
            return
        answer = self._answers.pop(0)
        # Not here: a timer does not tick while it is being answered, and an answer may lead to a question.
        self._is_giving += 1
        QTimer.singleShot(0, lambda: self._give(answer, asking))

    def _give(self, answer: Answer, asking: QWidget) -> None:
        try:
            answer(asking)
        except Exception as error:  # It would be lost in the slot; `answering` raises it.
            self._failure = error
            asking.close()
        finally:
            self._is_giving -= 1

    # ---- moving ----

    def show_dock(self, dock: QDockWidget) -> None:
        dock.show()
        dock.raise_()
        self.until(lambda: not dock.visibleRegion().isEmpty(), f"{dock.objectName()} is not seen")
        self.wait(150)
        self.docks.add(dock.objectName())

    def click_map(self, x: float, y: float) -> None:
        target = self.window.map_view.focusProxy()
        point = QPoint(round(x), round(y))
        QTest.mouseMove(target, point)
        QTest.mouseClick(target, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, point)

    def ask_page(self, code: str) -> Any:
        answers: list[Any] = []
        self.window.map_view.page().runJavaScript(code, 0, answers.append)
        self.until(lambda: bool(answers), f"the page does not answer: {code}")
        return answers[0]

    def trigger(self, name: str) -> None:
        action = self.window.actions_table[name]
        self.until(action.isEnabled, f"{name} cannot be asked for")
        action.trigger()

    def close_dialogs(self) -> None:
        """Close what stands open beside the window."""
        self.wait(2 * TICK_MS)
        for each in QApplication.topLevelWidgets():
            if isinstance(each, QDialog) and each.isVisible():
                each.close()
        self.wait(TICK_MS)


def typing(line: QLineEdit, text: str) -> None:
    """Write into a line as with the keyboard; Qt's tests type no Chinese."""
    line.setFocus()
    line.clear()
    if text.isascii():
        QTest.keyClicks(line, text)
    else:
        line.setText(text)


def naming(*paths: Path) -> Answer:
    """Answer a file dialog of Qt's own."""

    def answer(dialog: QFileDialog) -> None:
        assert isinstance(dialog, QFileDialog), dialog
        line = dialog.findChild(QLineEdit, "fileNameEdit")
        line.setText(" ".join(f'"{path}"' for path in paths) if len(paths) > 1 else str(paths[0]))
        dialog.accept()

    return answer


def accepting(dialog: QDialog) -> None:
    """Take a dialog as it proposes."""
    dialog.accept()


def rejecting(dialog: QDialog) -> None:
    """Give up."""
    dialog.reject()
