"""What the application of this case would have."""


class Settings: ...


class Pool:
    class Session: ...
