"""Sessions, their registers and the quarter's attendance."""
