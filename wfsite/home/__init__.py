"""What needs me today: composed from what the other rooms say waits for a person."""
