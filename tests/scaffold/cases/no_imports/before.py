#!/usr/bin/env python
# A comment.

Room = 3
