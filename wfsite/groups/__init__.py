"""What every group has: purpose, terms of reference, members, meetings. Plans and boards build on it."""
