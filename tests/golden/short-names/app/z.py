"""What the application of this case would have."""


class D: ...


class D2: ...
