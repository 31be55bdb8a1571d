"""Pictures of figures: a finished, frozen spec in, the bytes of an SVG out. Knows no feature."""
