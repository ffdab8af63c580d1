"""Eight cases, written by hand with decorators."""
