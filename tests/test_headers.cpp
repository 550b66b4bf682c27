// Nothing: the file only makes a target, which owns the precompiled header of the tests.
