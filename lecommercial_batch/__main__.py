"""``python -m lecommercial_batch``."""

from lecommercial_batch.cli import main

if __name__ == "__main__":
    main()
