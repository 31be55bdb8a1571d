"""The annual action plan: themes, actions, leads and the RAG updates that tell how they go."""
