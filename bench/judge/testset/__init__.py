"""The pages that the judge is measured on, made from a seed: an owner's site and the pages that link to it.

Frozen: it was written before any weight of the judge was set, and nothing that tunes the judge reads it.
"""
