"""What became of the requests that an answer could have been kept for."""

from dataclasses import dataclass


@dataclass(slots=True)
class Figures:
    """Counted since the process has started, but for `answers` and `bytes`, which are kept now."""

    hits: int = 0
    """Requests that a kept answer served."""
    misses: int = 0
    """Requests that were read and whose answer is kept from then on."""
    unkept: int = 0
    """Requests that were read and whose answer may not be kept."""
    drops: int = 0
    """Kept answers that something has changed for."""
    evictions: int = 0
    """Kept answers that made room for others."""
    rendered: int = 0
    """Parts of answers that were rendered to be kept."""
    spliced: int = 0
    """Parts that were spliced into other answers."""
    loads: int = 0
    """Loads whose rows were kept."""
    looks: int = 0
    """Statements that looked for changes; one serves all requests that wait for it."""
    failed_looks: int = 0
    answers: int = 0
    bytes: int = 0

    def __str__(self) -> str:
        asked = self.hits + self.misses + self.unkept
        return (
            f"{asked} queries, {self.hits} served by kept answers with {self.looks} looks"
            f" ({self.failed_looks} failed); {self.drops} dropped, {self.evictions} evicted;"
            f" {self.answers} kept in {self.bytes / (1 << 20):.1f} MiB"
        )
