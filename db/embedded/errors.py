"""What can go wrong with the embedded server; for the operator, never for a client."""


class EmbeddedServerError(RuntimeError):
    """The server could not be set up or started."""


class EmbeddedServerInUse(EmbeddedServerError):
    """The data directory belongs to the server of another living owner."""
