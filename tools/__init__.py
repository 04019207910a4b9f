"""Sets the project up and checks it; what runs before anything is installed is standard library only."""
