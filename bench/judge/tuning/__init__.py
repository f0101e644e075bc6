"""What the judge's weights are fitted on: pages made from templates of its own, and the fit.

    python -m bench.judge.tuning fit

Nothing here knows the pages that the judge is measured on, and these know nothing of what is here.
"""
