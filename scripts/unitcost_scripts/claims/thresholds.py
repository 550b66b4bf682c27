"""The numbers at which an answer changes. docs/METHODOLOGY.md gives the reasons."""

DIFFERENT = 1.05  # as between two runs: less than 5 % is no difference that matters
ABOUT = 1.5  # "about 5 KiB" is within this factor
DEAR = 10.0  # times as much: another order of magnitude
GAIN = 1.5  # the speed-up of two workers, of which the second is worth half a CPU or more
NEARLY_ALL = 0.9  # a share that a reader would call "all but"
IN_TURN = 0.01  # of the steps out of turn: one in a hundred
HELD_UP_NS = 25e3  # until one of two workers is free whose tasks take 50 µs
