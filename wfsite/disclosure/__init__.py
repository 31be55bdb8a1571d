"""What may be told of people who were promised that nothing is told of few: rules over counts, and nothing else."""
