"""`make fuzz`."""

import sys

from tests.fuzz.readers import main

if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
