"""How far the goods of an order have come, product by product: from its documents and the ledger, never stored."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LineProgress:
    """One product of an order, in pieces.

    Args:
        approved: what the supplier has agreed to send.
        drawn: on issue documents that have not been posted.
        sent: has left the supplier by the ledger.
        accepted, damaged, missing: what the receiver counted of it.
    """

    approved: int
    drawn: int = 0
    sent: int = 0
    accepted: int = 0
    damaged: int = 0
    missing: int = 0

    @property
    def to_send(self) -> int:
        """The open remainder: agreed, and on no document yet."""
        return max(0, self.approved - self.drawn - self.sent)

    @property
    def on_the_way(self) -> int:
        return max(0, self.sent - self.accepted - self.damaged - self.missing)

    @property
    def lost(self) -> int:
        """Counted as damaged or missing."""
        return self.damaged + self.missing

    @property
    def outstanding(self) -> int:
        """Agreed, and not yet left: what the receiver may still count on besides what is on its way."""
        return max(0, self.approved - self.sent)
