"""What the schema means: frozen values, references resolved, printable as JSON.

No spelling of any language stands here, and nothing of how the schema was written but where.
"""
