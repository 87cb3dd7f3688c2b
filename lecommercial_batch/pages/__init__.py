"""What all pages share: how they look, how a message looks on a phone, and a page in one file."""
