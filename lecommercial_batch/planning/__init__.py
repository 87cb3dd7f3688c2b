"""The offline half: a campaign file and its rows, frozen into a plan."""
