"""The real program on a simulated clock, disk, network and server, everything drawn from one seed."""
