"""Runs that touch nothing: answers are made of descriptions, failures are asked for, and what is undone is told, too."""
