"""Questions and their answers, whoever asks: what each kind is, how an answer is read, counted and told."""
