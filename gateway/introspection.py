"""Who may ask the schema for itself."""

from enum import StrEnum


class Introspection(StrEnum):
    """Who may introspect; to others errors suggest no names either."""

    ANYONE = "anyone"
    SIGNED_IN = "signed_in"
    NOBODY = "nobody"

    def may_introspect(self, viewer: object | None) -> bool:
        """Whether a viewer may; None is a client who has not signed in."""
        if self is Introspection.SIGNED_IN:
            return viewer is not None
        return self is Introspection.ANYONE
