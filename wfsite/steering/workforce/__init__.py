"""Monthly workforce figures: what was counted, what follows from it, and whether it adds up."""
