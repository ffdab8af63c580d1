"""Arms of a union are told apart by their classes."""

from typing import assert_never

from unions import messages as m


def area(shape: m.Shape) -> float:
    match shape:
        case m.Circle(radius=radius):
            return 3.14 * radius**2
        case m.Square(edge=edge, inside=inside):
            return edge**2 - (area(inside) if inside else 0)
        case _:
            assert_never(shape)


def label(id: m.Id) -> str:
    return id if isinstance(id, str) else f"#{id}"
