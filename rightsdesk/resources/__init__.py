"""What is data: facts about platforms, with their sources and the day they were checked."""
