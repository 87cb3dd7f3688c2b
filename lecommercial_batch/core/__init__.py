"""Types, errors, ports and texts in two languages: what all rooms know. Standard library only."""
