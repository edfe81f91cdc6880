"""What registries and distributors are told: DDEX, TDM·AI."""
