"""Agencies, teams, professions, the people of the workforce, their roles and their sign-ins."""
