"""Sparse coding: the features found again from hidden activations, as an inverse problem (F39, C6)."""
