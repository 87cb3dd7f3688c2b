"""Hours, public holidays, cron lines, and what is due when."""
