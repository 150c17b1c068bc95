"""What is played: a module of stories for each flow."""
