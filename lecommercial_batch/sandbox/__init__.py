"""A local emulator of the Le Commercial API, to rehearse against."""
