"""What the application of this case would have."""


class Log:
    class Entry: ...
