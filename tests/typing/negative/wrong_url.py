"""A parameter of a path with the wrong type, and one that does not exist."""

from chat.routes import url_for_room

url_for_room(room_id="seven")  # refused
url_for_room(room_id=7, colour="red")  # refused
url_for_room(token="alice")  # refused
