"""Files attached to a thing, in versions, open or not: which things there are, the rooms above say."""
