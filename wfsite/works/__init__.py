"""Long work: asked for by a form, done outside the workers, watched, left and come back to, done once after a kill."""
