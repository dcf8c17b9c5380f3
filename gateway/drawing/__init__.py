"""Pictures and documents, drawn in a process of its own: the event loop is never held, and what
takes too long or too much memory ends with that process and with nothing else."""

from gateway.drawing.drawer import Busy, CannotDraw, Drawer

__all__ = ["Busy", "CannotDraw", "Drawer"]
