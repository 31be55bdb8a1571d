"""The training providers group: courses, sessions, registers and the attendance that they add up to."""
