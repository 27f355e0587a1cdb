"""Turns what a rule wants changed into edits of the text, applies edits, writes files."""
