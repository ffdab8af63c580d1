"""The pages of the rules, for `wsgen explain`: why, fix, an example and its correction."""
