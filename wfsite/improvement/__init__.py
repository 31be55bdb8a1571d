"""The improvement board: its pillars, and what the figures say about them."""
