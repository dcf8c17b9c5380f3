"""Where the gateway stands below its host, for addresses that it tells: empty, or `/gradebook`."""


class PublicPath:
    """Of this process; set once, from the gateway's public address."""

    prefix: str = ""


PUBLIC_PATH = PublicPath()
