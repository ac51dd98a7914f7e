"""What a buyer's message says beyond its intent: emotion, risk, entities, secrets."""
