"""Models of pydantic: what is made of the wrong things, changed, or taken for something else."""

from pydantic_scalars.messages import Absent, Plain
from pydantic_unions.messages import Circle, Draw, Shape, Square

Draw()  # refused
Draw(shape=5)  # refused
Draw(shape=Circle(radius=1), price="1.50")  # refused
Absent(text=None)  # refused
Absent("text")  # refused
Circle(radius=1).radius = 2  # refused


def absence(message: Absent) -> str:
    return message.text  # refused


def key(message: Plain) -> str:
    return message.key  # refused


def edge(shape: Shape) -> float:  # refused
    match shape:  # refused by basedpyright
        case Square():
            return shape.edge
