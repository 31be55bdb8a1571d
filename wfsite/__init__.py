"""wfsite: workforce development for a council's children's services.

Nothing is imported here: a child process that only reads a file (`core.apart`) loads none of the site.
"""
