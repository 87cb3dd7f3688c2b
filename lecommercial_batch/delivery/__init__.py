"""The online half: claims, pace, stops, lanes and runs."""
