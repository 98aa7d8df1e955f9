"""What someone meets at 3 a.m.: one step at a time, and the way to help when it does not stop."""
