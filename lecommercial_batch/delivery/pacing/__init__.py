"""When a call may leave: the rate limiter, shared by all processes of a machine."""
