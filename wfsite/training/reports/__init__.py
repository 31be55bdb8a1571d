"""The quarter's attendance: what was provided, who came, by profession and agency."""
