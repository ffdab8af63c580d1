"""What the application of this case would have."""


class Database: ...
