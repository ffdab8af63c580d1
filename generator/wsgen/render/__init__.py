"""File plans become text: the one Jinja environment, literals, layout, imports, header.

Text of the author reaches the output only through what makes literals, docstrings and identifiers.
"""
