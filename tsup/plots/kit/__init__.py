"""What every figure is made of: theme, palette, words, controls, scripts, curves, bars and heat maps."""
