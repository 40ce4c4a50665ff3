"""The set-up (F05), a model that behaves linearly (F06, F07), and the basic results (F08, F09)."""

from tsup.paper.demonstrating.claims import basic, data, linear

CLAIMS = (*data.CLAIMS, *linear.CLAIMS, *basic.CLAIMS)
