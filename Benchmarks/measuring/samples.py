"""Medians, percentiles and spreads."""
import statistics


def percentile(samples, share):
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def median(samples):
    return statistics.median(samples)


def spread(samples):
    """The middle half: where the samples lie that are no exceptions."""
    ordered = sorted(samples)
    return ordered[len(ordered) // 4], ordered[min(len(ordered) - 1, 3 * len(ordered) // 4)]
