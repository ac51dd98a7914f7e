"""What the desk's tests are built with: a bot to script, stores and people to make, and real databases."""
