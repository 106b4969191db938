"""What a request with a clock is: its kind as it is declared, the steps it may take, and the day its answer is due."""
