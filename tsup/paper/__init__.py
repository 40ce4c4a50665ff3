"""The book's side of the library: rows, claims, exercises and results, with one folder for each chapter.

    from tsup.paper import claims, exercises

A chapter's folder holds what it trains (`rows.py`), what its files hold (`schema.py`), what it tests (`claims.py`, or
`claims/` where there is much) and what it asks (`exercises.py`). The library knows nothing of all this.
"""
