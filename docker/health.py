"""Whether the gateway of this container answers, at the port that it is told to listen at."""

import os
import sys
from urllib.request import urlopen

PORT = os.environ.get("GRADEBOOK_PORT", "8000")

try:
    with urlopen(f"http://127.0.0.1:{PORT}/readyz", timeout=4) as answer:
        sys.exit(answer.status != 200)
except OSError as error:
    sys.exit(f"The gateway does not answer at port {PORT}: {error}")
