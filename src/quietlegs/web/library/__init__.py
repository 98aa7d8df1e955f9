"""The library: every statement of the evidence, with its grade, its numbers, its cautions and its sources."""
