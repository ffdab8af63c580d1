class Presence:
    """Who is here."""
