"""Comments: read by the survey lead, and released or withheld one by one."""
