"""What starts runs by itself, wired; and how far each rule is trusted."""
