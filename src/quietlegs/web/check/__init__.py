"""Is it dangerous, and what may it be: questions one at a time, and what to do."""
