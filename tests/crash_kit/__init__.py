"""The crash kit itself: it goes red for flows that break their promises, and says how to see it again."""
