"""The page *Build it yourself*: the toy model in a reader's own code."""
