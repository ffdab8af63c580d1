"""What the application of this case would have."""


class m: ...


class Callable: ...


class Room:
    class Struct: ...


class socket: ...
