"""What people must know: notices that wait on their home page until they press Seen; mail comes from the same rows."""
