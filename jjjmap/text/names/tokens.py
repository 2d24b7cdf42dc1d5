"""What the gazetteer found in a text, while it is being judged."""

from dataclasses import dataclass

from jjjmap.text.names.gazetteer import Form


@dataclass(slots=True)
class Token:
    """A form in a text in normal form, and what is thought of it so far."""

    start: int
    end: int
    form: Form
    subject_id: str = ""
    rule: str = ""
    confidence: float = 0.0
    """0 while nothing speaks for it."""
    candidates: tuple[str, ...] = ()
    is_lead: bool = False

    @property
    def is_accepted(self) -> bool:
        """Whether it is taken for a mention."""
        return self.confidence > 0
