"""The window: shows the workspace to a person, and asks before anything changes.

The only room that knows Qt. It calls `rightsdesk.workspace` and nothing below it, and
never from the main thread: see `state/tasks.py`.
"""
