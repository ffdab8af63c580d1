"""What the application of this case would have, and where its links lead."""

from datetime import date
from uuid import UUID

from several_paths.routes import url_for_files, url_for_seat


class Room: ...


LINKS = (
    url_for_seat(room_id=3, day=date(2026, 1, 31), seat="A 7"),
    url_for_files(owner=UUID(int=1), file="a/b.txt"),
)
