"""`python -m tests.store.differential`; what the processes run lives in a module of its own."""

import sys

from tests.store.differential.fuzzing import main

sys.exit(main())
