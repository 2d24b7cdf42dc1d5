"""The dialogs, one a file; each has one class method that asks or shows."""
