"""Histograms in HdrHistogram's layout: merged over repetitions, read as percentiles, and written as
the text that its tools read (value, percentile, total count, 1/(1 - percentile)).
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from unitcost_scripts.runs.records import Histogram

_TICKS_PER_HALF_DISTANCE = 5  # lines for each halving of the distance to 100 %
_FEWEST_BEYOND = 10  # samples; with fewer a percentile is a matter of single ones


@dataclass(frozen=True)
class Step:
    """One line of the text: `count` samples are no longer than `value`, of which `share` was asked."""

    value: float
    share: float
    count: int


@dataclass(frozen=True)
class LogLinear:
    sub_buckets: int
    counts: Mapping[int, int]  # by the least value of each sub-bucket, ascending

    @property
    def samples(self) -> int:
        return sum(self.counts.values())

    def width(self, least: int) -> int:
        """How many whole numbers the sub-bucket that begins with `least` counts together."""
        octave = least.bit_length() - self.sub_buckets.bit_length() + 1
        return 1 << max(0, octave)

    def steps(self) -> Iterator[Step]:
        """In steps that halve with the distance to 100 %; the last one is the maximum."""
        samples, count, share = self.samples, 0, 0.0
        for least, members in self.counts.items():
            count += members
            value = least + self.width(least) - 1
            while count >= share * samples and samples - share * samples >= _FEWEST_BEYOND:
                yield Step(value, share, count)
                halvings = math.floor(math.log2(1 / (1 - share))) + 1
                share += 1 / (_TICKS_PER_HALF_DISTANCE * 2**halvings)
        if samples:
            yield Step(value, 1.0, samples)

    def moments(self) -> tuple[float, float]:
        """Mean and standard deviation, each sample taken for the middle of its sub-bucket."""
        middles = [(least + self.width(least) / 2, count) for least, count in self.counts.items()]
        mean = sum(middle * count for middle, count in middles) / self.samples
        variance = sum((middle - mean) ** 2 * count for middle, count in middles) / self.samples
        return mean, math.sqrt(variance)


def is_log_linear(histogram: Histogram) -> bool:
    return histogram.sub_buckets > 0


def merged(histograms: Sequence[Histogram]) -> LogLinear:
    """All samples of all repetitions in one. They have one layout, so nothing is lost."""
    (sub_buckets,) = {each.sub_buckets for each in histograms}
    counts: Counter[int] = Counter()
    for each in histograms:
        for least, count in each.buckets:
            counts[int(least)] += count
    return LogLinear(sub_buckets, dict(sorted(counts.items())))


def percentile_text(histogram: LogLinear, scale: float) -> str:
    """What HdrHistogram's outputPercentileDistribution prints; values are divided by `scale`."""
    lines = [f"{'Value':>12} {'Percentile':>14} {'TotalCount':>10} {'1/(1-Percentile)':>14}", ""]
    for step in histogram.steps():
        line = f"{step.value / scale:12.3f} {step.share:14.12f} {step.count:10d}"
        lines.append(line if step.share == 1 else f"{line} {1 / (1 - step.share):14.2f}")
    mean, deviation = histogram.moments()
    greatest = max(histogram.counts) + histogram.width(max(histogram.counts)) - 1
    octaves = max(1, greatest.bit_length() - histogram.sub_buckets.bit_length() + 2)
    lines += [
        f"#[Mean    = {mean / scale:12.3f}, StdDeviation   = {deviation / scale:12.3f}]",
        f"#[Max     = {greatest / scale:12.3f}, Total count    = {histogram.samples:12d}]",
        f"#[Buckets = {octaves:12d}, SubBuckets     = {histogram.sub_buckets:12d}]",
    ]
    return "\n".join(lines) + "\n"
