"""What this project adds to Rasa: reading, escalation, wording and the desk channel."""
