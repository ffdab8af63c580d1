"""Api → advice: what is correct and yet hardly meant, or not safe. Warnings alone."""

from wsgen.review.review import review

__all__ = ["review"]
