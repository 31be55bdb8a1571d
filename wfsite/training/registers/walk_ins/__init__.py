"""Adding somebody to a register who came without a place."""
