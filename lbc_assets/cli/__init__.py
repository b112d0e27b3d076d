"""The console script ``lbc``: one file a command group, imports inside the commands.

Belongs here: arguments, printing, exit codes. Does not belong here: what a command does.
"""
