"""What is counted and timed, whoever supervises."""
