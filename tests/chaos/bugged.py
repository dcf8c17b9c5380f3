"""The command `gradebook` with a bug in it; what it starts as workers has the bug as well."""

import os

from tests.chaos.bugs import BUGS, CHAOS_BUG

BUGS[os.environ[CHAOS_BUG]]()

if __name__ == "__main__":
    from gateway.command import main

    main()
