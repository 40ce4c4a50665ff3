"""How fast it trains."""
