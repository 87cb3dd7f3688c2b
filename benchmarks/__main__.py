"""All benchmarks one after the other, or those named: `python -m benchmarks [plan] [read_xlsx] …`."""

import sys
from importlib import import_module
from typing import Final

NAMES: Final = ("plan", "optouts", "past", "read_xlsx", "write_xlsx", "send", "large_run", "pace")


def main(names: list[str]) -> None:
    """Run the benchmarks of these names, each as it runs by itself."""
    if unknown := set(names) - set(NAMES):
        sys.exit(f"no such benchmark: {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
    for name in names or NAMES:
        print(f"\n== {name}\n")
        import_module(f"benchmarks.{name}").main()


if __name__ == "__main__":
    main(sys.argv[1:])
